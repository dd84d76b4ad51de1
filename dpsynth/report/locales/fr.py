"""French sentences. `{name}` is a place for a value, which is escaped; the rest may hold simple HTML."""

from __future__ import annotations

_PAGE = {
    "skip": "Aller à la page de décision",
    "contents": "Sommaire",
    "appendices": "Annexes",
    "subtitle": "{controller} · {audience}",
    "running": "Diffusion {release} · politique {digest}",
    "edition.internal": "édition interne, contient des statistiques sur des personnes réelles",
    "edition.public": "édition publique",
    "strip.release": "Diffusion",
    "strip.state": "État",
    "strip.state.draft": "pas encore signée",
    "strip.state.public": "voir signatures/",
    "strip.date": "Exécutée le",
    "strip.policy": "Politique",
    "strip.ledger": "Grand livre",
    "strip.synthetic": "Données synthétiques",
    "alarm.rehearsal": "Essai à blanc sur données fictives : pas une diffusion.",
    "footer.internal": (
        "Édition interne : contient des statistiques exactes sur des personnes réelles. Elle ne quitte pas le centre."
    ),
    "footer.public": (
        "Édition publique : chaque valeur de ces pages est un paramètre, une réponse protégée, un calcul à partir de "
        "réponses protégées, ou ne porte que sur les lignes synthétiques."
    ),
    "section.decision": "Décision",
    "section.claim": "Ce qui est garanti",
    "section.ceiling": "Ce qu’un attaquant pourrait obtenir au plus",
    "section.budget": "Le budget de ces personnes",
    "section.attacks": "Attaques",
    "section.small-groups": "Petits groupes et valeurs hors liste",
    "section.usefulness": "À quoi servent les données",
    "section.unprotected": "Ce qui n’est pas protégé",
    "section.frames": "Grilles juridiques et de gouvernance : où trouver les éléments d’appréciation",
    "section.provenance": "D’où vient cette diffusion",
    "section.comparison": "Par rapport à la diffusion précédente",
    "section.signatures": "Avis, décision, signatures",
    "section.findings": "Tous les constats",
    "section.attack-details": "Attaque par attaque",
    "section.policy": "Texte intégral de la politique",
    "section.limits": "Les limites et leurs sources",
    "section.columns": "Colonne par colonne",
    "section.asked": "Ce qui a été demandé aux données réelles",
    "section.glossary": "Glossaire",
    "see": "Voir section {number}",
    "evidence": "Éléments d’appréciation",
}

_CODES = {
    "status.pass": "Sans objection",
    "status.review": "À apprécier",
    "status.block": "Blocage",
    "status.inside": "Reste au centre",
    "status.untested": "Non testé",
    "status.unknown": "Inconnu",
    "status.few": "Trop peu de personnes ({n} mises de côté)",
    "fitness.fit": "Adapté",
    "fitness.near": "Avec prudence",
    "fitness.care": "Avec prudence",
    "fitness.unfit": "Inadapté",
    "fitness.unknown": "Non mesuré",
    "audience.public": "pour diffusion publique",
    "audience.registered": "pour destinataires enregistrés",
    "audience.secure_environment": "pour utilisation dans un environnement sécurisé",
    "unit.patient": "une personne",
    "unit.patient_year": "une année d’une personne",
    "unit.visit": "une visite",
    "unit.row": "une ligne",
    "unit.promise.patient": "Une personne avec toutes ses lignes, ajoutée ou retirée",
    "unit.promise.patient_year": "Une année d’une personne, pas la personne entière",
    "unit.promise.visit": "Une visite, pas la personne entière",
    "unit.promise.row": "Une ligne, pas la personne entière",
    "evidence.doc": "la documentation",
    "evidence.clinical": "des connaissances cliniques",
    "evidence.schema": "un schéma typé",
    "evidence.assumed": "une hypothèse",
    "role.quasi_identifier": "peut être connue de tiers",
    "role.sensitive": "sensible",
    "role.attribute": "attribut",
    "normalise.exact": "octet par octet",
    "normalise.strip": "après suppression des espaces aux deux extrémités",
    "normalise.strip_upper": "après suppression des espaces aux deux extrémités et mise en majuscules",
    "attack.focal": "Rapport de vraisemblance, par un initié",
    "attack.focal_outsider": "Rapport de vraisemblance, par un externe",
    "attack.dcr": "Distance à la ligne synthétique la plus proche",
    "attack.dcr_difference": "Ligne synthétique ou autre personne : la plus proche",
    "attack.domias": "Densité des données diffusées et de la population",
    "attack.gen_lra": "Vraisemblance des lignes synthétiques voisines",
    "attack.classifier": "Classifieur : lignes synthétiques ou autres personnes",
    "attack.combined": "Toutes les attaques externes, en un seul score",
    "attack.shadow": "Le jeu pour une seule personne",
    "attack.nearest": "Correspondances d’enregistrements rares",
    "attack.small_cells": "Personnes seules à avoir leurs quasi-identifiants",
    "attack.singling_out": "Individualisation par des descriptions",
    "attack.linkability": "Corrélation de deux parties d’un enregistrement",
    "attack.inference": "Inférence d’un secret à partir de lignes proches",
    "attack.linkage": "Rapprochement avec un fichier nominatif",
    "story.focal": (
        "Un initié possède déjà les enregistrements de 9 personnes sur 10 présentes dans les données, de 9 personnes "
        "extérieures comparables sur 10, et de la personne visée. Il se demande si les données diffusées s’accordent "
        "mieux avec un monde où cette personne y figure qu’avec un monde où elle n’y figure pas."
    ),
    "story.focal_outsider": (
        "Un attaquant externe possède l’enregistrement de la personne visée et ceux de quelques personnes qui n’ont "
        "pas participé. Il se pose la même question : les données diffusées s’accordent-elles mieux avec un monde où "
        "cette personne y figure qu’avec un monde où elle n’y figure pas ?"
    ),
    "story.dcr": (
        "L’attaquant cherche la ligne synthétique la plus proche d’une personne connue : une proximité suspecte veut "
        "dire « était dans les données »."
    ),
    "story.dcr_difference": (
        "Une personne rare est loin des données diffusées, qu’elle ait participé ou non. L’attaquant se demande donc "
        "ce qui est le plus proche d’une personne : une ligne synthétique, ou quelqu’un qui n’a pas participé."
    ),
    "story.domias": (
        "L’attaquant cherche les endroits où les lignes synthétiques sont plus denses que les personnes qui n’ont pas "
        "participé : là, le générateur a pu apprendre des personnes précises."
    ),
    "story.gen_lra": (
        "L’attaquant se demande de combien les lignes synthétiques voisines d’une personne deviennent plus "
        "vraisemblables si la population compte cette personne une fois de plus."
    ),
    "story.classifier": (
        "Un classifieur apprend à distinguer les lignes synthétiques des personnes qui n’ont pas participé. Ceux qu’il "
        "prend pour synthétiques, l’attaquant les prend pour des personnes présentes dans les données."
    ),
    "story.combined": (
        "Un seul score tiré de toutes les attaques externes, avec des poids fixés sur des diffusions d’entraînement "
        "avant de juger qui que ce soit. Ainsi, on ne choisit pas la meilleure attaque après coup."
    ),
    "story.shadow": (
        "L’attaquant connaît toutes les autres personnes et la méthode. Pour chacune des quelques personnes qui se "
        "distinguent, il produit de nombreuses diffusions avec et sans elle, apprend la différence et en juge d’autres."
    ),
    "story.nearest": (
        "L’attaquant connaît toutes les colonnes de la ligne d’une personne, une ligne rare, et en cherche la copie "
        "dans les données diffusées."
    ),
    "story.small_cells": (
        "L’attaquant connaît quelques colonnes qui distinguent une personne de toutes les autres et cherche une ligne "
        "synthétique qui a les mêmes valeurs ; si toutes ces lignes synthétiques s’accordent sur un secret, il "
        "l’attribue à la personne."
    ),
    "story.singling_out": (
        "L’attaquant n’a que les données diffusées. Il prend des descriptions qui correspondent à une seule ligne "
        "synthétique, par exemple une classe d’âge avec un diagnostic rare, et affirme que chacune correspond à une "
        "seule personne présente dans les données."
    ),
    "story.linkability": (
        "L’attaquant possède deux fichiers sur des personnes, sans noms communs, chacun avec une partie de leurs "
        "colonnes. Il demande, pour deux entrées, si les données diffusées les réunissent : une même ligne synthétique "
        "est-elle la plus proche des deux ?"
    ),
    "story.inference": (
        "L’attaquant connaît les quasi-identifiants d’une personne (ou toutes ses colonnes sauf une), regarde les "
        "lignes synthétiques les plus proches et affirme un secret lorsque quatre sur cinq s’accordent."
    ),
    "story.linkage": (
        "L’attaquant possède un fichier nominatif avec les quasi-identifiants de tous. Lorsqu’une seule ligne "
        "synthétique a les quasi-identifiants d’une personne, il affirme que les secrets de cette ligne sont ceux de "
        "la personne."
    ),
    "statistic.auc": "AUC",
    "statistic.excess_share": "part en excès",
    "statistic.excess_precision": "précision en excès",
    "attack_status.passed": "Test satisfait",
    "attack_status.leak": "Fuite",
    "attack_status.not_resolvable": "Non concluant",
    "attack_status.invalid": "Non valide",
    "control.copy_with_noise": "copie légèrement bruitée",
    "control.synthesizer_without_noise": "générateur sans bruit",
    "control.overfitted_sequence": "générateur qui a appris des personnes par cœur",
    "control.verbatim_rows": "lignes réelles cachées dans la diffusion",
    "control.one_percent_verbatim": "1 % de lignes réelles cachées dans la diffusion",
    "control.verbatim_copy": "les lignes réelles elles-mêmes en guise de diffusion",
    "control.label_permutation": "présents et extérieurs mélangés",
    "control.held_out_as_members": "extérieurs à la place des présents",
    "control_data.real": "personnes réelles",
    "control_data.surrogate": "personnes fictives",
    "rate.fpr": "{share} accusées à tort",
    "rate.rare_near": "Enregistrements rares, correspondance proche",
    "rate.rare_exact": "Enregistrements rares, correspondance exacte",
    "rate.all_near": "Toutes les personnes, correspondance proche",
    "rate.all_exact": "Toutes les personnes, correspondance exacte",
    "rate.replicated_unique": (
        "Personnes seules à avoir leurs quasi-identifiants, avec une ligne synthétique à elles seules (repU)"
    ),
    "rate.replicated_among_unique": "De même, parmi les personnes seules",
    "rate.unique_and_present": (
        "Personnes seules à avoir leurs quasi-identifiants, que les données diffusées contiennent aussi (UiOiS)"
    ),
    "rate.disclosed": (
        "Personnes pour lesquelles les lignes synthétiques ayant leurs quasi-identifiants s’accordent sur {column} "
        "(DiSCO)"
    ),
    "rate.closer": "Plus proches des données diffusées que les personnes de l’autre groupe (DCR, 50 % sans fuite)",
    "rate.more_outstanding": (
        "Ligne la plus proche qui se détache davantage que dans l’autre groupe (NNDR, 50 % sans fuite)"
    ),
    "rate.everybody": "Tout le monde, une personne extérieure sur dix accusée",
    "rate.isolated": "La personne sur 100 la plus isolée",
    "rate.quasi_identifier_singletons": "Personnes seules à avoir ce que d’autres peuvent savoir d’elles",
    "rate.rare_levels": "Les 5 personnes sur 100 aux valeurs les plus rares",
    "rate.most_rows": "Les 5 personnes sur 100 ayant le plus de lignes",
    "rate.nearest_half_as_far": "Ligne la plus proche deux fois plus près que la deuxième",
    "rate.singled_out": "Personnes individualisées",
    "rate.isolating": "Descriptions qui correspondent à une seule personne parmi autant de personnes",
    "rate.isolating_one_column": "De même, d’une colonne",
    "rate.isolating_several_columns": "De même, de 2 à 4 colonnes",
    "rate.linked": "Personnes dont les deux parties ont été reliées",
    "rate.claimed": "Personnes au sujet desquelles une affirmation a été faite",
    "rate.right_claim": "Personnes au sujet desquelles l’affirmation était juste",
    "rate.right_if_claimed": "Justes, parmi les affirmations",
    "rate.guesser": "Réponse au hasard, sans les données diffusées",
    "rate.secret": "Justes, parmi les affirmations sur {column}",
    "outcome.detected": "Trouvé, comme il se doit",
    "outcome.missed": "Manqué : le test n’est pas valide",
    "outcome.weak": "Manqué ; la probabilité de le voir était de {power}",
    "outcome.quiet": "Muet, comme il se doit",
    "outcome.alarm": "Fausse alerte : le test n’est pas valide",
    "limit.epsilon_release": "ε d’une diffusion",
    "limit.epsilon_lifetime": "ε de toutes les diffusions concernant ces personnes",
    "limit.delta_times_patients": "δ multiplié par le nombre de personnes",
    "limit.membership_auc_lower_over_ceiling": (
        "Attaque par inférence d’appartenance : borne inférieure de l’intervalle, divisée par le plafond"
    ),
    "limit.exact_match_excess_upper": "Correspondances au-delà du hasard : borne supérieure de l’intervalle",
    "limit.mean_tvd_two_way": "Distance moyenne sur les tableaux de deux colonnes",
    "limit.outside_domain_share": "Part d’une modalité réservée aux valeurs hors du domaine déclaré",
    "purpose.one_way": "tableaux d’une colonne",
    "purpose.selection": "choix des paires à mesurer",
    "purpose.pairs": "tableaux de deux colonnes",
    "purpose.utility": "mesure d’utilité",
    "purpose.sizes": "nombre de lignes par personne",
    "purpose.total": "nombre de lignes",
    "purpose.rounds": "tableaux encore inexacts dans le modèle, par étapes",
    "purpose.marginals": "tableaux déclarés",
    "purpose.again": "ce qui est encore inexact dans le modèle",
    "note.rows_read": "Lignes lues",
    "note.rows_left_out": "Lignes écartées parce que leurs champs ne correspondaient pas à la ligne d’en-tête",
    "note.rows_without_id": "Lignes supprimées parce que l’identifiant manquait",
    "note.rows_cut": "Lignes retranchées par la borne par personne",
    "note.people_train": "Personnes sur lesquelles le mécanisme a été entraîné",
    "note.people_reference": "Personnes mises de côté, première moitié",
    "note.people_control": "Personnes mises de côté, seconde moitié (contrôle négatif : une moitié contre l’autre)",
    "note.rows_train": "Lignes sur lesquelles le mécanisme a été entraîné",
    "note.rows_reference": "Lignes des personnes mises de côté, première moitié",
    "note.rows_control": "Lignes des personnes mises de côté, seconde moitié",
    "column.type.category": "liste de codes",
    "column.type.boolean": "oui ou non",
    "column.type.integer": "nombres entiers par classes",
    "column.type.real": "nombres par classes",
    "column.type.date": "jours par périodes du calendrier",
}

_DECISION = {
}

_FINDINGS = {
}

_CLAIM = {
}

_BUDGET = {
}

_ATTACKS = {
}

_USE = {
}

_CONTEXT = {
}

_APPENDIX = {
}

SENTENCES = _PAGE | _CODES | _DECISION | _FINDINGS | _CLAIM | _BUDGET | _ATTACKS | _USE | _CONTEXT | _APPENDIX
