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
        "Édition publique : chaque valeur de ces pages est un paramètre, une réponse protégée ou un calcul à partir de "
        "réponses protégées, ou ne porte que sur les lignes synthétiques."
    ),
    "section.decision": "Décision",
    "section.claim": "Ce qui est garanti",
    "section.ceiling": "Ce qu’un attaquant pourrait obtenir au plus",
    "section.budget": "Le budget de ces personnes",
    "section.attacks": "Attaques",
    "section.small-groups": "Petits groupes et valeurs hors liste",
    "section.usefulness": "À quoi servent les données",
    "section.relations": "Les personnes, leurs lignes et le temps",
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
    "translation.unreviewed": "Cette traduction n’a pas été relue.",
    "translation.binding.en": "Le rapport en anglais fait foi (report.en.html).",
    "translation.binding.de": "Le rapport en allemand fait foi (report.de.html).",
    "see": "Voir section {number}",
    "evidence": "Éléments d’appréciation",
}

_CODES = {
    "status.pass": "Admis",
    "status.review": "À juger",
    "status.block": "Bloqué",
    "status.inside": "Reste au centre",
    "status.untested": "Non testé",
    "status.unknown": "Inconnu",
    "status.few": "Trop peu ({n} mises de côté)",
    "fitness.fit": "Adapté",
    "fitness.near": "Prudence",
    "fitness.care": "Prudence",
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
    "unit.promise.tables": "Une personne avec toutes ses lignes dans toutes les tables, ajoutée ou retirée",
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
    "attack.dcr": "Ligne synthétique la plus proche",
    "attack.dcr_difference": "Plus proche : ligne synthétique ou personne",
    "attack.domias": "Densité de la diffusion et de la population",
    "attack.gen_lra": "Vraisemblance des lignes voisines",
    "attack.classifier": "Classifieur : synthétique ou personne",
    "attack.combined": "Toutes les attaques externes, en un score",
    "attack.shadow": "Le jeu pour une seule personne",
    "attack.nearest": "Correspondances d’enregistrements rares",
    "attack.small_cells": "Personnes aux quasi-identifiants uniques",
    "attack.singling_out": "Individualisation par des descriptions",
    "attack.linkability": "Corrélation de deux fichiers partiels",
    "attack.inference": "Inférence d’un secret par lignes proches",
    "attack.linkage": "Rapprochement avec un fichier nominatif",
    "attack.whole_person": "Personne synthétique la plus semblable",
    "attack.shared_runs": "Suites de lignes d’une seule personne",
    "attack.known_events": "Retrouver une personne par quelques faits",
    "attack.event_sets": "Individualisation par groupes de faits",
    "attack.linked_tables": "Corrélation de deux tables d’une personne",
    "attack.row_secret": "Inférence d’un secret d’une ligne",
    "story.focal": (
        "Un initié possède déjà les enregistrements de 9 personnes sur 10 dans les données, de 9 personnes extérieures "
        "comparables sur 10, et de la personne visée. Il se demande si les données diffusées s’accordent mieux avec un "
        "monde où cette personne y figure qu’avec un monde où elle n’y figure pas."
    ),
    "story.focal_outsider": (
        "Un attaquant externe possède l’enregistrement de la personne visée et ceux de quelques personnes qui n’ont "
        "pas participé. Il se pose la même question : les données diffusées s’accordent-elles mieux avec un monde où "
        "cette personne y figure qu’avec un monde où elle n’y figure pas ?"
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
        "Un classifieur apprend à distinguer les lignes synthétiques des personnes qui n’ont pas participé. Les "
        "personnes qu’il prend pour synthétiques, l’attaquant les tient pour présentes dans les données."
    ),
    "story.combined": (
        "Un seul score tiré de toutes les attaques externes, avec des poids fixés sur des diffusions d’exercice avant "
        "de juger qui que ce soit. Ainsi, on ne choisit pas la meilleure attaque après coup."
    ),
    "story.shadow": (
        "L’attaquant connaît toutes les autres personnes et la méthode. Pour chacune des quelques personnes qui se "
        "distinguent, il produit de nombreuses diffusions avec et sans elle, apprend la différence, puis en juge "
        "d’autres."
    ),
    "story.nearest": (
        "L’attaquant connaît toutes les colonnes de la ligne d’une personne, une ligne rare, et en cherche la copie "
        "dans les données diffusées."
    ),
    "story.small_cells": (
        "L’attaquant connaît quelques colonnes qui distinguent une personne de toutes les autres et cherche une ligne "
        "synthétique qui a les mêmes valeurs ; si toutes ces lignes synthétiques s’accordent sur un secret, il "
        "l’attribue à la personne."
    ),
    "story.singling_out": (
        "L’attaquant n’a que les données diffusées. Il prend des descriptions qui correspondent à une seule ligne "
        "synthétique, par exemple une classe d’âge avec un diagnostic rare, et affirme que chacune correspond à une "
        "seule personne présente dans les données."
    ),
    "story.linkability": (
        "L’attaquant possède deux fichiers sur des personnes, sans noms pour les relier, chacun avec une partie de "
        "leurs colonnes. Pour deux entrées, il demande si les données diffusées les réunissent : une même ligne "
        "synthétique est-elle la plus proche des deux ?"
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
    "story.whole_person": (
        "L’attaquant connaît toutes les lignes d’une personne dans toutes les tables, leur ordre et les jours "
        "qui les séparent. Il cherche la personne synthétique qui a le plus en commun avec elle : une "
        "ressemblance suspecte signifie « était dans les données »."
    ),
    "story.shared_runs": (
        "L’attaquant connaît toutes les lignes d’une personne dans leur ordre, en cherche cinq de suite "
        "qu’aucune autre personne réelle ne possède, et les recherche chez toutes les personnes synthétiques."
    ),
    "story.known_events": (
        "L’attaquant connaît trois lignes d’une personne, de n’importe quelles tables. Lorsqu’une seule "
        "personne synthétique les a toutes, il affirme que les autres lignes de celle-ci sont celles de la "
        "personne."
    ),
    "story.event_sets": (
        "L’attaquant ne possède que les données diffusées. Il prend deux à quatre lignes qu’une seule "
        "personne synthétique a ensemble, et affirme qu’une seule personne dans les données les a."
    ),
    "story.linked_tables": (
        "L’attaquant possède deux fichiers sans noms communs, chacun avec une table des mêmes personnes, et "
        "se demande pour deux entrées si les données diffusées les relient : une même personne synthétique "
        "est-elle la plus semblable aux deux ?"
    ),
    "story.row_secret": (
        "L’attaquant sait tout d’une personne sauf une valeur d’une ligne, regarde les lignes correspondantes "
        "des personnes synthétiques les plus semblables, et affirme la valeur sur laquelle quatre sur cinq "
        "s’accordent."
    ),
    "remark.focal": (
        "Les effectifs des données diffusées sont comparés à ceux des personnes dont l’attaquant possède les "
        "enregistrements."
    ),
    "remark.focal_outsider": (
        "Les effectifs des données diffusées sont comparés à ceux de personnes mises de côté qui ne sont pas "
        "elles-mêmes visées."
    ),
    "remark.dcr": (
        "Cette recherche trouve des copies d’enregistrements. Elle ne mesure pas la confidentialité et ne voit aucune "
        "fuite par les effectifs."
    ),
    "remark.dcr_difference": (
        "Les distances aux données diffusées sont comparées aux distances à des personnes mises de côté. Cela trouve "
        "des copies, et guère autre chose."
    ),
    "remark.domias": (
        "La densité des données diffusées autour de chaque personne est comparée à celle de personnes mises de côté, "
        "qui ne sont pas visées."
    ),
    "remark.gen_lra": (
        "Les lignes synthétiques proches de chaque personne sont comparées pour une population avec cette personne et "
        "sans elle."
    ),
    "remark.classifier": (
        "Un classifieur a appris à distinguer les lignes synthétiques de celles de personnes mises de côté, qui ne "
        "sont pas visées."
    ),
    "remark.combined_held_out": (
        "Six attaques en un seul score, avec des poids appris au préalable sur des diffusions produites à partir de "
        "personnes mises de côté, qui ne sont pas visées."
    ),
    "remark.combined_made_up": (
        "Six attaques en un seul score, avec des poids appris au préalable sur des diffusions produites à partir de "
        "personnes fictives, qui ne sont pas visées."
    ),
    "remark.most_everybody": (
        "Des {groups} groupes désignés à l’avance, c’est l’ensemble de toutes les personnes qui se distingue le plus."
    ),
    "remark.most_isolated": (
        "Des {groups} groupes désignés à l’avance, ce sont les personnes les plus isolées qui se distinguent le plus."
    ),
    "remark.most_quasi_identifier_singletons": (
        "Des {groups} groupes désignés à l’avance, ce sont les personnes aux quasi-identifiants uniques qui se "
        "distinguent le plus."
    ),
    "remark.most_rare_levels": (
        "Des {groups} groupes désignés à l’avance, ce sont les personnes aux valeurs les plus rares qui se distinguent "
        "le plus."
    ),
    "remark.most_most_rows": (
        "Des {groups} groupes désignés à l’avance, ce sont les personnes ayant le plus de lignes qui se distinguent le "
        "plus."
    ),
    "remark.shadow": (
        "Le cas le plus défavorable parmi {members} personnes présentes qui se distinguent, sur {releases} diffusions "
        "produites avec cette personne et sans elle ; l’attaquant connaît toutes les autres."
    ),
    "remark.nearest_exact": (
        "Parmi les personnes dont l’enregistrement n’est approché par aucun autre, part de celles qui sont retrouvées "
        "dans les données diffusées (aucune colonne ne diffère), au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.nearest_one": (
        "Parmi les personnes dont l’enregistrement n’est approché par aucun autre, part de celles qui sont retrouvées "
        "dans les données diffusées (1 colonne au plus diffère), au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.nearest_several": (
        "Parmi les personnes dont l’enregistrement n’est approché par aucun autre, part de celles qui sont retrouvées "
        "dans les données diffusées ({columns} colonnes au plus diffèrent), au-delà de ce qui arrive aux personnes "
        "extérieures."
    ),
    "remark.small_cells_keys": (
        "Part des personnes que les quasi-identifiants distinguent de toutes les autres et mènent à une ligne "
        "synthétique qui leur est propre, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.small_cells_rest": (
        "Part des personnes que toutes les colonnes sauf les secrets distinguent de toutes les autres et mènent à une "
        "ligne synthétique qui leur est propre, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.small_cells_all": (
        "Part des personnes que l’ensemble des colonnes distingue de toutes les autres et mène à une ligne synthétique "
        "qui leur est propre, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.singling_out": (
        "Part des personnes qui, dans les données, sont les seules à correspondre à une description tirée des données "
        "diffusées, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.linkability_keys": (
        "Part des personnes dont les données diffusées relient deux parties (les quasi-identifiants et toutes les "
        "autres colonnes), au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.linkability_halves": (
        "Part des personnes dont les données diffusées relient deux parties (deux moitiés des colonnes), au-delà de ce "
        "qui arrive aux personnes extérieures."
    ),
    "remark.inference": (
        "Part de secrets justes parmi ceux affirmés, pour les personnes présentes dans les données, au-delà de la part "
        "obtenue pour les personnes extérieures. Ce qui est juste pour les unes comme pour les autres est une "
        "connaissance sur la population."
    ),
    "remark.linkage_keys": (
        "Part des personnes dont la seule correspondance dans les données diffusées, d’après les quasi-identifiants, "
        "donne les bons secrets, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.linkage_rest": (
        "Part des personnes dont la seule correspondance dans les données diffusées, d’après les colonnes sur "
        "lesquelles ne porte pas la question, donne les bons secrets, au-delà de ce qui arrive aux personnes "
        "extérieures."
    ),
    "remark.whole_person": (
        "Des personnes entières sont comparées, selon le poids des lignes qu’elles partagent. Cette recherche "
        "trouve les copies de personnes. Elle ne voit pas ce qui fuit par les comptages."
    ),
    "remark.shared_runs": (
        "Parmi les personnes ayant des lignes de suite que nul autre n’a, part de celles dont une personne "
        "synthétique les a aussi, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.known_events": (
        "Part des personnes pour lesquelles l’attaquant, grâce à quelques lignes, en trouve une autre à juste "
        "titre, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.event_sets": (
        "Part des personnes qui, dans les données, sont les seules à correspondre à un groupe de lignes tiré "
        "des données diffusées, au-delà de ce qui arrive aux personnes extérieures."
    ),
    "remark.linked_tables": (
        "Part des personnes dont les données diffusées relient deux tables, au-delà de ce qui arrive aux "
        "personnes extérieures."
    ),
    "remark.row_secret": (
        "Part de valeurs justes parmi celles affirmées pour une ligne, pour les personnes présentes dans les "
        "données, au-delà de la part obtenue pour les personnes extérieures. Ce qui est juste pour les unes "
        "comme pour les autres est une connaissance sur la population."
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
    "control.overfitted_sequence": "générateur ayant appris par cœur",
    "control.verbatim_rows": "lignes réelles cachées",
    "control.one_percent_verbatim": "1 % de lignes réelles cachées",
    "control.verbatim_copy": "lignes réelles comme diffusion",
    "control.label_permutation": "présents et absents mélangés",
    "control.held_out_as_members": "absents à la place des présents",
    "control.people_with_noise": "personnes copiées, légèrement bruitées",
    "control.one_percent_of_people": "1 % de personnes réelles cachées",
    "control_data.real": "personnes réelles",
    "control_data.surrogate": "personnes fictives",
    "rate.fpr": "{share} accusées à tort",
    "rate.rare_near": "Enregistrements rares, correspondance proche",
    "rate.rare_exact": "Enregistrements rares, correspondance exacte",
    "rate.all_near": "Toutes les personnes, correspondance proche",
    "rate.all_exact": "Toutes les personnes, correspondance exacte",
    "rate.replicated_unique": "Personnes aux quasi-identifiants uniques, ayant leur propre ligne synthétique (repU)",
    "rate.replicated_among_unique": "De même, parmi les personnes aux quasi-identifiants uniques",
    "rate.unique_and_present": (
        "Personnes aux quasi-identifiants uniques, présents aussi dans les données diffusées (UiOiS)"
    ),
    "rate.disclosed": (
        "Personnes pour lesquelles les lignes synthétiques ayant leurs quasi-identifiants s’accordent sur {column} "
        "(DiSCO)"
    ),
    "rate.closer": "Plus proches des données diffusées que les personnes de l’autre groupe (DCR, 50 % sans fuite)",
    "rate.more_outstanding": (
        "Ligne la plus proche qui se détache davantage que dans l’autre groupe (NNDR, 50 % sans fuite)"
    ),
    "rate.everybody": "Tout le monde, une personne extérieure sur dix accusée",
    "rate.isolated": "Les personnes les plus isolées (1 sur 100)",
    "rate.quasi_identifier_singletons": "Personnes seules à avoir ce que d’autres peuvent savoir d’elles",
    "rate.rare_levels": "Les personnes aux valeurs les plus rares (5 sur 100)",
    "rate.most_rows": "Les personnes ayant le plus de lignes (5 sur 100)",
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
    "rate.runs": "Personnes retrouvées par cinq lignes de suite à elles seules",
    "rate.timed_runs": "De même, avec quatre lignes et les jours entre elles",
    "rate.whole_tables": "De même, avec toutes les lignes d’une table",
    "rate.all_runs": "Tout le monde, par cinq lignes de suite",
    "outcome.detected": "Fuite trouvée, comme il se doit",
    "outcome.missed": "Fuite manquée : le test n’est pas valide",
    "outcome.weak": "Fuite manquée ; la probabilité de la voir était de {power}",
    "outcome.quiet": "Silence, comme il se doit",
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
    "limit.source.epsilon_release": (
        "10 : fin du palier 2 de Ponomareva et al. (2023), arXiv:2303.00654 ; 3 : décision locale"
    ),
    "limit.source.epsilon_lifetime": "décision locale",
    "limit.source.delta_times_patients": "delta nettement inférieur à 1 divisé par le nombre de personnes",
    "limit.source.membership_auc_lower_over_ceiling": (
        "un dépassement du plafond est impossible, sauf erreur dans le code"
    ),
    "limit.source.exact_match_excess_upper": (
        "0,09 : pratique de l’EMA et de Santé Canada, citée par El Emam et al. (2020)"
    ),
    "limit.source.mean_tvd_two_way": "décision locale : utilité pour les tableaux de deux colonnes",
    "limit.source.outside_domain_share": "décision locale : un domaine déclaré devrait contenir la plupart des valeurs",
    "purpose.one_way": "tableaux d’une colonne",
    "purpose.selection": "choix des paires à mesurer",
    "purpose.pairs": "tableaux de deux colonnes, ou colonnes comptées à nouveau",
    "purpose.utility": "mesure d’utilité",
    "purpose.ranks": "tableaux des valeurs habituelles d’un code",
    "purpose.sizes": "nombre de lignes par personne",
    "purpose.total": "nombre de lignes",
    "purpose.rounds": "tableaux encore inexacts dans le modèle, par étapes",
    "purpose.marginals": "tableaux déclarés",
    "purpose.again": "ce qui est encore inexact dans le modèle",
    "purpose.critic": "entraînement du critique",
    "note.rows_read": "Lignes lues",
    "note.rows_left_out": "Lignes écartées parce que leurs champs ne correspondaient pas à la ligne d’en-tête",
    "note.rows_without_id": "Lignes supprimées parce que l’identifiant manquait",
    "note.rows_without_person": (
        "Lignes sans identifiant, sans personne, sans ligne supérieure, ou secondes lignes là où il en faut une"
    ),
    "note.rows_cut": "Lignes retranchées en raison de la borne par personne",
    "note.rows_not_laid_out": "Lignes sans vague, ou secondes d’une personne et d’une vague",
    "note.people_train": "Personnes sur lesquelles le mécanisme a été entraîné",
    "note.people_reference": "Personnes mises de côté, première moitié",
    "note.people_control": "Personnes mises de côté, seconde moitié (contrôle négatif : une moitié contre l’autre)",
    "note.rows_train": "Lignes sur lesquelles le mécanisme a été entraîné",
    "note.rows_reference": "Lignes des personnes mises de côté, première moitié",
    "note.rows_control": "Lignes des personnes mises de côté, seconde moitié",
    "level.absent": "pas de ligne dans cette vague",
    "level.not_yet": "pas encore",
    "level.yes": "oui",
    "level.no": "non",
    "level.missing": "manquante",
    "level.true": "vrai",
    "level.false": "faux",
    "level.bin": "{first} à {last}",
    "column.type.category": "liste de codes",
    "column.type.boolean": "oui ou non",
    "column.type.integer": "nombres entiers par classes",
    "column.type.real": "nombres par classes",
    "column.type.date": "jours par périodes du calendrier",
    "column.type.offset": "jours depuis une autre date, par classes",
}

_DECISION = {
    "verdict.pass": "Aucune règle ne s’oppose à cette diffusion",
    "verdict.review.one": "Aucune règle ne bloque cette diffusion. {n} point reste à juger",
    "verdict.review.other": "Aucune règle ne bloque cette diffusion. {n} points restent à juger",
    "verdict.block.one": "Cette diffusion est bloquée pour {n} motif",
    "verdict.block.other": "Cette diffusion est bloquée pour {n} motifs",
    "verdict.public.pass": "Sur {rules} règles portant sur des valeurs publiques, aucune ne s’oppose à cette diffusion",
    "verdict.public.review.one": (
        "Sur {rules} règles portant sur des valeurs publiques, aucune ne bloque cette diffusion. {n} point reste à "
        "juger"
    ),
    "verdict.public.review.other": (
        "Sur {rules} règles portant sur des valeurs publiques, aucune ne bloque cette diffusion. {n} points restent à "
        "juger"
    ),
    "decision.meaning.pass": (
        "La question de savoir si le droit de la protection des données s’applique n’est pas tranchée ici ; elle "
        "revient au délégué à la protection des données et au responsable du traitement."
    ),
    "decision.meaning.review": (
        "La question de savoir si le droit de la protection des données s’applique n’est pas tranchée ici ; elle "
        "revient au délégué à la protection des données et au responsable du traitement."
    ),
    "decision.meaning.block": (
        "Elle ne peut pas sortir en l’état. Un blocage ne se lève pas ici ; il faut une nouvelle exécution ou une "
        "autre politique."
    ),
    "decision.scope.internal": "",
    "decision.scope.public": (
        "Verdict calculé uniquement à partir de valeurs qui peuvent quitter le centre. Tests sur des personnes "
        "réelles, jugés en interne : {attacks}."
    ),
    "decision.what": "Ce qui sort",
    "decision.what.text": (
        "1 table de {columns} colonnes avec une clé fictive, {rows} lignes synthétiques ; ce rapport en édition "
        "publique, ses chiffres (facts.json), la politique et le manifeste ; aucun modèle"
    ),
    "decision.what.tables": (
        "{tables} tables liées, de {columns} colonnes avec des clés fictives, {rows} lignes synthétiques en tout ; ce "
        "rapport en édition publique, ses chiffres (facts.json), la politique et le manifeste ; aucun modèle"
    ),
    "decision.whom": "Pour qui",
    "decision.whom.text": "{recipients} ({audience})",
    "decision.purpose": "Pour quoi",
    "decision.unit": "Protégé",
    "decision.unprotected": "Non protégé",
    "decision.unprotected.text": (
        "Familles, cabinets et autres groupes comme tels ; ce qui est vrai de la population ; le fait de la diffusion. "
        '<a href="#unprotected">Détails</a>'
    ),
    "decision.risk": "Risque",
    "decision.benefit": "Bénéfice",
    "decision.points.internal": "Points qui vous reviennent",
    "decision.points.public": "Points à juger",
    "decision.more.one": 'et {n} autre dans <a href="#findings">tous les constats</a>',
    "decision.more.other": 'et {n} autres dans <a href="#findings">tous les constats</a>',
    "decision.sign": "Avis et décision",
    "decision.unsigned": "Pas encore signé",
    "decision.elsewhere": "Décision : voir signatures/",
    "decision.about": "Sur qui",
    "decision.about.text": (
        "Au plus {people} personnes ; {sensitive} colonnes sensibles, {recognise} qui pourraient aider à reconnaître "
        "quelqu’un"
    ),
    "decision.missing": "Non indiqué",
    "decision.missing.text": '<strong class="warn">{what}</strong>',
    "missing.basis": "base juridique",
    "missing.dpia": "analyse d’impact (AIPD)",
    "tile.release": "Ce que cette diffusion peut révéler sur une personne",
    "tile.release.value": "ε {epsilon}",
    "tile.release.unit": "avec δ {delta}",
    "tile.release.meaning": (
        "Un attaquant qui peut accuser à tort {accused} personne extérieure sur {people} trouve <b>en moyenne</b> au "
        "plus <b>{found}</b> des {people} personnes présentes dans les données. Au hasard, il en trouve {accused}."
    ),
    "tile.release.chart": "{found} personnes trouvées au plus sur {people}, pour {accused} accusation à tort",
    "tile.lifetime": "Toutes les diffusions concernant ces personnes",
    "tile.lifetime.unit": "du budget global",
    "tile.lifetime.meaning": (
        "Compté en ρ, parce que les ε ne s’additionnent pas. ε <b>{total}</b> sur {limit} selon la règle plus prudente "
        "du grand livre, cette diffusion comprise. {history}"
    ),
    "tile.lifetime.demo": (
        "Compté en ρ, parce que les ε ne s’additionnent pas. ε <b>{total}</b> sur {limit} selon la règle plus prudente "
        "du grand livre. Grand livre de démonstration : il ne compte pas les autres diffusions concernant ces "
        "personnes. {history}"
    ),
    "tile.lifetime.committed.one": "{n} diffusion antérieure.",
    "tile.lifetime.committed.other": "{n} diffusions antérieures.",
    "tile.lifetime.open.one": "{n} exécution inachevée, imputée.",
    "tile.lifetime.open.other": "{n} exécutions inachevées, imputées.",
    "tile.lifetime.imported.one": "{n} diffusion faite sans ce programme.",
    "tile.lifetime.imported.other": "{n} diffusions faites sans ce programme.",
    "tile.lifetime.unbounded": (
        "<b>Le total est inconnu</b> : une diffusion antérieure n’était pas différentiellement privée. Les autres : "
        "ε <b>{total}</b> sur {limit}."
    ),
    "tile.lifetime.chart": "{used} du budget global utilisés, dont {release} par cette diffusion",
    "tile.attack": "La plus forte attaque par inférence d’appartenance menée",
    "tile.pairs": "{value}",
    "tile.pairs.unit": "paires sur 100 bien jugées",
    "who.focal": (
        "Par un initié qui a déjà les enregistrements de 9 personnes sur 10 dans les données, de 9 personnes "
        "extérieures comparables sur 10 et de la personne visée."
    ),
    "who.focal_outsider": (
        "Par un attaquant externe qui possède l’enregistrement de la personne visée et ceux de quelques personnes qui "
        "n’ont pas participé."
    ),
    "who.dcr": "Par quelqu’un qui cherche des copies.",
    "who.dcr_difference": (
        "Par quelqu’un qui cherche des copies et possède les enregistrements de quelques personnes qui n’ont pas "
        "participé."
    ),
    "who.domias": (
        "Par un attaquant externe qui compare la densité des données diffusées à celle de personnes qui n’ont pas "
        "participé."
    ),
    "who.gen_lra": (
        "Par un attaquant externe qui compare les lignes synthétiques voisines à des personnes qui n’ont pas participé."
    ),
    "who.classifier": (
        "Par un attaquant externe dont le classifieur distingue les lignes synthétiques des personnes qui n’ont pas "
        "participé."
    ),
    "who.combined": (
        "Par un attaquant externe avec six attaques en un seul score, qui possède les enregistrements de quelques "
        "personnes qui n’ont pas participé."
    ),
    "who.shadow": (
        "Par quelqu’un qui connaît toutes les autres personnes et la méthode, au sujet d’une des personnes qui se "
        "distinguent le plus. Les paires sont des paires de diffusions, avec et sans cette personne."
    ),
    "tile.attack.meaning": (
        "{who} À pile ou face : {baseline}. Plafond du budget : <b>{ceiling}</b>. Intervalle à {confidence} : {low} à "
        "{high}.{better}"
    ),
    "tile.attack.better": " Mieux que le hasard, sans dépasser le plafond.",
    "tile.attack.chart": "{value} sur 100, intervalle de {low} à {high}, hasard {baseline}, plafond {ceiling}",
    "tile.attack.none": "Aucune attaque valide par inférence d’appartenance",
    "tile.attack.none.meaning": (
        "Ce chiffre est le plafond du budget, pas un test : sur 100 paires formées d’une personne présente dans les "
        "données et d’une personne extérieure, au plus {ceiling} peuvent être bien jugées. À pile ou face : 50."
    ),
    "tile.ceiling": "Le plafond pour toute attaque sur cette diffusion",
    "tile.ceiling.meaning": (
        "Devant une personne présente dans les données et une personne extérieure, un attaquant désigne la bonne au "
        "plus <b>{ceiling}</b> fois sur 100. À pile ou face : 50. Les tests sur des personnes réelles restent en "
        "interne."
    ),
    "tile.ceiling.chart": "Au plus {ceiling} paires sur 100 bien jugées ; à pile ou face, 50",
    "risk.price": "Coût de cette diffusion et tolérance δ",
    "risk.lifetime": "Coût de toutes les diffusions concernant ces personnes",
    "risk.noise": "Bruit et comptabilité ; aucune exception déclarée",
    "risk.unit": "L’unité protégée est une personne entière",
    "risk.membership": "Appartenance : rien de démontré au-dessus du plafond",
    "risk.reidentification": "Pas plus de correspondances que la limite ne le permet",
    "risk.attacks": "Tests d’attaque : contrôles concluants",
    "risk.inside": "Tests d’attaque sur des personnes réelles",
    "risk.few": "Tests d’attaque à peu d’accusations à tort",
    "risk.untested.both": "Rapprochement avec d’autres données ; inférence d’un attribut",
    "risk.untested.linkage": "Rapprochement avec d’autres données",
    "risk.untested.inference": "Inférence d’un attribut",
    "benefit.one_way": "Tableaux d’une colonne",
    "benefit.two_way": "Tableaux de deux colonnes",
    "benefit.near": "{what} (à la limite, au bruit près)",
    "benefit.outside_domain": "Valeurs dans les listes et plages déclarées",
    "benefit.candidates": "Le plus proche de {number} mécanismes, selon des distances bruitées ; le coût est de tous",
    "benefit.histories": "Parcours d’une personne dans le temps",
}

_FINDINGS = {
    "finding.more": " et {n} de plus",
    "finding.rehearsal.block": "Ceci est un essai à blanc sur des données fictives. Ce n’est pas une diffusion.",
    "finding.noise.pass": "Le bruit de confidentialité provient de {value} et a été tiré sans graine fixée.",
    "finding.noise.block": (
        "Réglage de test : bruit figé ({value}). Le résultat ne protège personne et n’est pas une diffusion."
    ),
    "finding.unprotected.pass": "Aucune étape hors de la garantie n’a été déclarée.",
    "finding.unprotected.block": (
        "Non protégé : des faits déclarés sur des personnes réelles se trouvent hors de la garantie (nombre : {value})."
    ),
    "finding.claim.pass": "Le bruit utilisé respecte la valeur annoncée : ε {value} pour {claimed}, avec δ {delta}.",
    "finding.claim.block": (
        "Le bruit utilisé ne respecte pas la valeur annoncée : ε {value} au lieu de {claimed}, avec δ {delta}."
    ),
    "finding.epsilon_release.pass": (
        "Cette diffusion coûte ε {value} ; jusqu’à {pass_limit}, la politique n’a pas d’objection."
    ),
    "finding.epsilon_release.review": (
        "Cette diffusion coûte ε {value}, au-delà de {pass_limit} : est-ce justifié pour ces destinataires ?"
    ),
    "finding.epsilon_release.block": "Cette diffusion coûte ε {value} ; la limite de la politique est {review_limit}.",
    "finding.epsilon_lifetime.pass": (
        "Toutes les diffusions réunies coûtent à ces personnes ε {value} ; jusqu’à {pass_limit}, la politique n’a pas "
        "d’objection."
    ),
    "finding.epsilon_lifetime.review": (
        "Toutes les diffusions réunies coûtent à ces personnes ε {value}, au-delà de {pass_limit} : est-ce justifié ?"
    ),
    "finding.epsilon_lifetime.unknown": (
        "Ce grand livre est une démonstration : les autres diffusions concernant ces personnes ne sont pas connues. "
        "ε {value} ne couvre que {covered}."
    ),
    "finding.epsilon_lifetime.unbounded": (
        "Total inconnu : une diffusion antérieure n’était pas différentiellement privée. ε {value} couvre les "
        "autres. Est-ce acceptable ?"
    ),
    "finding.covers.release": "cette diffusion",
    "finding.covers.ledger": "les diffusions de ce grand livre",
    "finding.epsilon_lifetime.block": (
        "Toutes les diffusions réunies coûtent à ces personnes ε {value} ; la limite de la politique est "
        "{review_limit}."
    ),
    "finding.delta.pass": (
        "δ multiplié par le plus grand nombre possible de personnes donne {value} ; jusqu’à {pass_limit}, la politique "
        "n’a pas d’objection."
    ),
    "finding.delta.review": (
        "δ multiplié par le plus grand nombre possible de personnes donne {value}, au-delà de {pass_limit} : faut-il "
        "un δ plus petit ?"
    ),
    "finding.delta.block": (
        "δ multiplié par le plus grand nombre possible de personnes donne {value} ; la limite de la politique est "
        "{review_limit}."
    ),
    "finding.unit.pass": "L’unité protégée est {unit}, avec toutes ses lignes.",
    "finding.unit.review": "L’unité protégée est {unit}, pas une personne entière : est-ce suffisant ?",
    "finding.legal.pass": "La politique indique une base juridique et une analyse d’impact.",
    "finding.legal.review": "Manque dans la politique : {missing}.",
    "finding.two_way_free.pass": (
        "Les tableaux de deux colonnes s’écartent en moyenne de {value} points des réponses bruitées ({marginals} "
        "paires mesurées ; le bruit à lui seul donnerait {floor} points). Limite {pass_limit}."
    ),
    "finding.two_way_free.review": (
        "Les tableaux de deux colonnes s’écartent en moyenne de {value} points des réponses bruitées, soit plus de "
        "{pass_limit} ({marginals} paires mesurées ; le bruit à lui seul donnerait {floor} points) : est-ce assez "
        "utile ?"
    ),
    "finding.two_way_free.block": (
        "Les tableaux de deux colonnes s’écartent en moyenne de {value} points des réponses bruitées ({marginals} "
        "paires mesurées ; le bruit à lui seul donnerait {floor} points) ; la limite de la politique est "
        "{review_limit}."
    ),
    "finding.two_way_paid.pass": (
        "Les tableaux de deux colonnes, {marginals} en tout, s’écartent en moyenne de {value} points (bruit {sd}) des "
        "données réelles ; limite {pass_limit}."
    ),
    "finding.two_way_paid.review": (
        "Les tableaux de deux colonnes, {marginals} en tout, s’écartent en moyenne de {value} points (bruit {sd}) des "
        "données réelles, soit plus de {pass_limit} : est-ce assez utile ?"
    ),
    "finding.two_way_paid.block": (
        "Les tableaux de deux colonnes, {marginals} en tout, s’écartent en moyenne de {value} points (bruit {sd}) des "
        "données réelles ; la limite de la politique est {review_limit}."
    ),
    "finding.two_way_unknown.review": (
        "Aucun tableau de deux colonnes n’a été mesuré : on ne sait rien des relations entre colonnes."
    ),
    "finding.outside_domain.pass": (
        "Aucune colonne ne place nettement plus de {pass_limit} de ses lignes dans une modalité réservée aux valeurs "
        "manquantes, hors liste ou ramenées au bord."
    ),
    "finding.outside_domain.review": (
        "{level}{more} Il revient au centre de juger si c’est vrai des personnes ou si des valeurs sont mal lues."
    ),
    "finding.level.missing": "{column} : {value} des lignes n’ont pas de valeur (limite {limit}).",
    "finding.level.other": "{column} : {value} des lignes ont une valeur qui n’est pas dans la liste (limite {limit}).",
    "finding.level.edge": (
        "{column} : {value} des lignes se trouvent dans la classe au bord de la plage (limite {limit})."
    ),
    "finding.level.more": " De même : {columns}{more}.",
    "finding.attack_passed.pass": (
        "{subject} : {value} ({low} à {high}). Pas mieux que le hasard, pour autant que ce test puisse le voir ; il "
        "aurait vu {detectable} ou plus dans 8 cas sur 10."
    ),
    "finding.attack_passed.above": (
        "{subject} : {value} ({low} à {high}). <b>Mieux que le hasard</b>, et dans les limites de ce que le budget "
        "permet ({ceiling})."
    ),
    "finding.attack_passed.unlimited": (
        "{subject} : {value} ({low} à {high}). <b>Mieux que le hasard</b> ; le budget ne fixe pas de plafond pour ce "
        "nombre."
    ),
    "finding.attack_leak.block": (
        "{subject} : {value} dépasse ce que le budget permet. Quelque chose ne fait pas ce qui est annoncé."
    ),
    "finding.attack_not_resolvable.review": (
        "{subject} : avec {people} personnes mises de côté, le test a pu manquer tout ce qui est inférieur à "
        "{detectable}. Il ne prouve rien, ni dans un sens ni dans l’autre ; le plafond suffit-il ?"
    ),
    "finding.attack_invalid.block": "{subject} : un contrôle a échoué, ses nombres ne veulent donc rien dire.",
    "finding.attack_absent.review": "{subject} : la politique demande cette attaque, et elle n’a pas été menée.",
    "finding.membership_ceiling.pass": (
        "{subject} : la borne inférieure de l’intervalle, {low}, ne dépasse pas le plafond de {ceiling}."
    ),
    "finding.membership_ceiling.review": (
        "{subject} : la borne inférieure de l’intervalle, {low}, dépasse le plafond de {ceiling}."
    ),
    "finding.membership_ceiling.block": (
        "{subject} : la borne inférieure de l’intervalle, {low}, dépasse le plafond de {ceiling}. Quelque chose ne "
        "fait pas ce qui est annoncé."
    ),
    "finding.match_excess.pass": (
        "{subject} : au plus {value} des {trials} au-delà du hasard ; jusqu’à {pass_limit}, la politique n’a pas "
        "d’objection."
    ),
    "finding.match_excess.review": (
        "{subject} : jusqu’à {value} des {trials} au-delà du hasard, soit plus de {pass_limit} : est-ce acceptable "
        "pour ces destinataires ?"
    ),
    "finding.match_excess.block": (
        "{subject} : jusqu’à {value} des {trials} au-delà du hasard ; la limite de la politique est {review_limit}."
    ),
    "finding.audit.pass": (
        "Un audit sur des personnes fictives, avec {runs} exécutions dans chaque cas, est compatible avec la garantie "
        "(plus grand ε démontré {shown}, possible {possible})."
    ),
    "finding.audit.review": (
        "L’audit de la garantie n’a compté que {runs} exécutions dans chaque cas et a pu laisser passer beaucoup de "
        "choses : faut-il un audit plus long (dpsynth audit) ?"
    ),
    "finding.integrity.pass": (
        "Chaque ligne synthétique respecte les clés, renvois, dates, bornes et listes de la politique."
    ),
    "finding.integrity.block": (
        "À {value} endroits, des lignes synthétiques enfreignent les clés, renvois, dates, bornes ou listes de la "
        "politique."
    ),
    "finding.audit.block": "Un audit sur des personnes fictives contredit la garantie.",
    "finding.trials.excess_share": "personnes",
    "finding.trials.excess_precision": "affirmations",
    "findings.source": "Source de la limite : {source}.",
    "findings.lead": "Toutes les règles appliquées, la plus grave d’abord.",
}

_CLAIM = {
    "candidates.title": "Plusieurs mécanismes ont été essayés",
    "candidates.lead": (
        "Chacun des {number} mécanismes a produit un tableau synthétique. Le coût de cette diffusion est celui de "
        "tous et des distances bruitées ci-dessous ; la garantie couvre l’ensemble. {chosen} est diffusé parce que "
        "sa distance bruitée est la plus petite. Rien d’autre n’a été regardé pour ce choix."
    ),
    "candidates.note": (
        "Les distances sont des moyennes sur toutes les paires de colonnes, en points pour 100 lignes. Là où deux "
        "distances diffèrent de moins de trois fois le bruit, le hasard a pu décider. La plus petite de plusieurs "
        "distances bruitées est en moyenne un peu trop petite."
    ),
    "candidates.table": "Mécanismes essayés",
    "candidates.share": "Part du budget",
    "candidates.released": "Diffusé",
    "candidates.yes": "oui",
    "candidates.no": "non",
    "claim.lead": (
        "Cette fiche suit l’ordre de NIST SP 800-226 : ce qui est garanti, à qui cela s’applique, et ce qui pourrait "
        "l’affaiblir."
    ),
    "claim.caption": "Fiche de la garantie",
    "claim.definition": "Définition",
    "claim.definition.text": (
        "Confidentialité différentielle gaussienne avec μ = {mu}. C’est la confidentialité différentielle (ε, δ) avec "
        "ε = {epsilon} pour δ = {delta} ; la valeur annoncée est ε = {claimed} : les lignes d’une personne changent la "
        "probabilité de tout résultat d’un facteur d’au plus {factor} (e à la puissance ε), à δ près. Dans l’unité qui "
        "s’additionne d’une diffusion à l’autre : ρ = {rho} (zCDP), qui, pris seul, se convertit en ε = {zcdp}."
    ),
    "claim.definition.sampled": (
        "Confidentialité différentielle (ε, δ) avec ε = {epsilon} pour δ = {delta} ; la valeur annoncée est ε = "
        "{claimed} : les lignes d’une personne changent la probabilité de tout résultat d’un facteur d’au plus "
        "{factor} (e à la puissance ε), à δ près. Une partie de cette diffusion a été apprise d’échantillons "
        "aléatoires de personnes, si bien qu’aucun μ ni ρ unique ne la décrit ; le registre note sa divergence de "
        "Rényi d’un ordre."
    ),
    "claim.unit": "Unité protégée",
    "claim.unit.text": (
        "{unit}. La garantie : le résultat est à peu près le même, que cette unité soit dans les données ou non."
    ),
    "claim.bound": "Borne par unité",
    "claim.bound.text": (
        "Au plus {rows} lignes d’une unité sont utilisées. Les lignes en trop sont supprimées au hasard, unité par "
        "unité, avant toute mesure. La borne repose sur {bound_source} et a été fixée dans la politique."
    ),
    "claim.bound.waves": (
        "Toutes les lignes d’une unité comptent pour une seule, avec {waves} vagues côte à côte et une ligne de "
        "chacune ; une seconde ligne d’une même unité et vague ne compte pas. La disposition est fixée dans la "
        "politique."
    ),
    "claim.bound.tables": (
        "D’une unité, au plus tant de lignes sont comptées : {bounds}. Lesquelles, le hasard le décide, unité par "
        "unité et table par table, avant toute mesure. Les autres ne sont pas comptées, mais influent sur ce qui est "
        "compté une fois par unité (nombre de lignes, premiers jours, résumés) et sur ce qu’une ligne comptée dit de "
        "la ligne précédente. Les bornes ont été fixées dans la politique."
    ),
    "claim.neighbours": "Données voisines",
    "claim.neighbours.text": (
        "Deux jeux de données qui diffèrent d’une unité, ajoutée ou retirée. Remplacer une unité par une autre compte "
        "pour deux changements de ce type."
    ),
    "claim.delta": "Tolérance au-delà de ε",
    "claim.delta.text": (
        "La probabilité de tout résultat peut dépasser la limite fixée par ε de δ = {delta} au plus. Règle pratique : "
        "δ multiplié par le plus grand nombre de personnes, {patients}, donne {expected} ; ce nombre devrait être "
        "nettement inférieur à 1."
    ),
    "claim.adversary": "Attaquant",
    "claim.adversary.text": (
        "Il peut connaître le programme, la politique et l’enregistrement de toutes les autres personnes, et calculer "
        "sans limite, mais pas prédire les nombres aléatoires du système d’exploitation. Pour qui combine plusieurs "
        "diffusions, c’est le total de la section 4 qui compte. Le centre lui-même est considéré comme digne de "
        "confiance."
    ),
    "claim.composition": "Composition",
    "claim.composition.text": (
        "Tout ce que cette diffusion a demandé est compté ensemble. Toutes les diffusions concernant la population "
        "<b>{population}</b> partagent un même budget global."
    ),
    "claim.outside": "Hors de la garantie",
    "claim.outside.text": (
        "Les domaines, bornes, classes, seuils et le plan de requêtes figurent dans la politique et ont été fixés "
        "avant l’ouverture des données. Faits déclarés hors de la garantie : {statements}."
    ),
    "claim.after": "Après le bruit",
    "claim.after.text": (
        "L’ajustement, le tirage et tout ce que contient l’édition publique n’utilisent que des réponses bruitées. "
        "Cela ne peut pas affaiblir la garantie."
    ),
    "claim.build": "Mise en œuvre",
    "claim.build.text": (
        "Bruit : {sampler}, des nombres entiers sur une grille fine, sans graine fixée. L’écart entre la grille et le "
        "bruit idéal est d’au plus {eta} et il est compris dans ε et δ. ε est arrondi vers le haut, le reste d’un "
        "budget est arrondi vers le bas."
    ),
    "training.title": "Ce qui a été appris d’échantillons de personnes",
    "training.lead": (
        "Un critique, un réseau qui distingue les enregistrements des lignes synthétiques, a été entraîné par "
        "DP-SGD : descente de gradient stochastique à confidentialité différentielle. Le critique lui-même ne fait "
        "pas partie de la diffusion."
    ),
    "training.sampling": "Échantillons",
    "training.sampling.text": (
        "{steps} étapes. À chacune, chaque personne est dans l’échantillon avec la probabilité {rate}, "
        "indépendamment de toutes les autres. Qui était dans un échantillon, et combien de personnes, reste secret ; "
        "une étape sans personne est une étape comme une autre. Aucun échantillon n’est tronqué : un grand reçoit un "
        "second tableau."
    ),
    "training.bound": "Borne et bruit",
    "training.bound.text": (
        "Ce qu’une personne ajoute à une étape est ramené à une longueur d’au plus 1, quel que soit le contenu de "
        "l’enregistrement. La somme reçoit un bruit gaussien d’écart-type {sigma} dans chaque coordonnée."
    ),
    "training.constants": "Constantes",
    "training.constants.text": (
        "La probabilité, le bruit, le nombre d’étapes et toutes les tailles ont été fixés avant l’ouverture des "
        "données, pour toutes les étapes. Aucun n’est calculé à partir du nombre de personnes dans les données ou "
        "dans un échantillon ; aucune ligne réelle n’a décidé de la fin de l’entraînement."
    ),
    "training.accounting": "Comptabilité",
    "training.accounting.text": (
        "Les étapes et toutes les autres questions sont composées en une seule distribution de la perte de "
        "confidentialité, sur une grille qui rend δ trop grand plutôt que trop petit. Les étapes seules auraient ε = "
        "{alone}."
    ),
    "training.proven": "Démontré",
    "training.proven.text": (
        "Avec des nombres réels : qu’aucune personne n’ajoute plus que la borne, que les échantillons ont exactement "
        "la probabilité indiquée, et que ce bruit donne les ε et δ de cette section. Les extrémités lointaines du "
        "bruit, que ses bits aléatoires n’atteignent pas, sont payées : {ends} de δ."
    ),
    "training.open": "Non démontré",
    "training.open.text": (
        "Que les nombres à virgule flottante d’un ordinateur font de même. Longueurs et sommes sont calculées avec "
        "une marge de 1 sur 10 000 pour les arrondis. Ce qui sort est un nombre entier sur une grille publique, si "
        "bien que ses derniers chiffres ne disent rien ; mais son bruit ne suit la loi gaussienne qu’aux arrondis "
        "près. Le bruit exact que reçoivent les tableaux est trop lent pour l’entraînement. La durée d’une étape "
        "n’est pas cachée à qui observe la machine."
    ),
    "training.random": "Nombres aléatoires",
    "training.random.text": (
        "Échantillons et bruit : {bits}, un chiffrement sous une clé nouvelle du générateur du système "
        "d’exploitation pour chaque tirage, sans graine fixée. Personne ne peut les répéter sans casser le "
        "chiffrement."
    ),
    "training.signal": "Signal et bruit",
    "training.signal.text": (
        "Le bruit d’une étape est {ratio} fois aussi long que le plus long signal qu’une étape peut porter (σ√P/B "
        "avec P = {parameters} et B = {batch}). Près de 1 et au-delà, un critique n’apprend rien, et les données "
        "valent ce que valent les tableaux payés seuls."
    ),
    "training.check": "Contrôle après l’entraînement",
    "training.check.mean": (
        "Le générateur entraîné a été comparé aux tableaux bruités déjà payés, ce qui ne coûte rien. Il s’accorde "
        "avec eux et a été gardé : les données viennent de lui."
    ),
    "training.check.halfway": (
        "Le générateur entraîné a été comparé aux tableaux bruités déjà payés, ce qui ne coûte rien. À la fin, il "
        "s’en écartait plus que leur bruit ; son état après la moitié des étapes, qui s’accorde avec eux, a donc été "
        "gardé."
    ),
    "training.check.marginals": (
        "Le générateur entraîné a été comparé aux tableaux bruités déjà payés, ce qui ne coûte rien. Il s’en "
        "écartait plus que leur bruit et a donc été <b>écarté</b> : les données viennent des tableaux seuls. Le coût "
        "de l’entraînement reste dépensé."
    ),
    "training.check.other": (
        "Un autre candidat s’est trouvé plus près des données, d’après les distances payées ; les données viennent "
        "donc de lui. Le coût de l’entraînement reste dépensé."
    ),
    "training.check.distances": (
        "Distance quadratique moyenne aux cellules des tableaux payés, en unités de leur bruit (la vérité se trouve "
        "vers 1) : {mean} à la fin de l’entraînement, {halfway} après la moitié des étapes, {marginals} pour les "
        "tableaux seuls. Jusqu’à {limit}, un générateur entraîné est gardé."
    ),
    "training.deleted": "Effacé",
    "training.deleted.text": (
        "Le critique, la mémoire de son optimiseur et tous les gradients bruités. Ils ne sont dans aucun fichier de "
        "la diffusion ou de l’exécution."
    ),
    "audit.title": "La garantie a-t-elle été mise à l’épreuve ?",
    "audit.lead": (
        "Oui, uniquement avec des personnes fictives : le programme a mesuré une petite table avec et sans l’une "
        "d’elles, un grand nombre de fois, et un attaquant qui connaît tout sauf le bruit a essayé de distinguer les "
        "deux cas. Si l’attaquant avait réussi plus souvent que la garantie ne le permet, cette diffusion n’aurait pas "
        "été produite."
    ),
    "audit.table": "Ce que l’audit pouvait démontrer (pour δ = {delta})",
    "audit.promise": "Garantie",
    "audit.claim": "ε = {epsilon}",
    "audit.shown": "Plus grand ε démontré",
    "audit.possible": "Plus grand ε qu’il pouvait démontrer",
    "audit.runs": "Exécutions de l’étape de mesure, dans chaque cas",
    "audit.whole": "Exécutions depuis la table brute, dans chaque cas et par personne",
    "audit.outcome": "Résultat",
    "audit.not_run": "aucune",
    "audit.consistent": "Compatible avec la garantie",
    "audit.contradicted": "Contredit la garantie",
    "audit.several": (
        "L’audit a trois tables qui lui sont propres (personnes, séjours des personnes, valeurs des "
        "séjours) ; la personne fictive y entre ou en sort avec toutes ses lignes dans toutes les tables."
    ),
    "audit.people.one": "La personne fictive ne ressemblait à aucune autre : c’est la plus difficile à cacher.",
    "audit.people.other": "Les personnes fictives étaient de {people} types, chacun difficile à cacher à sa manière.",
    "audit.mutants": (
        "Le même audit a été fait sur des programmes contenant une erreur connue (trop peu de bruit, un domaine lu "
        "dans les données, et d’autres) : il en a détecté {caught} sur {mutants}."
    ),
    "audit.no_mutants": (
        "Des programmes contenant une erreur connue n’ont pas été audités en même temps que cette diffusion ; un audit "
        "complet le fait."
    ),
    "audit.not_whole": (
        "Seule l’étape de mesure a été répétée ; le chemin qui y mène depuis la table brute a été parcouru une fois "
        "dans chaque cas, non à chaque exécution."
    ),
    "audit.second": (
        "ε = {epsilon} est audité aussi : les erreurs d’échelle ne dépendent pas de ε et s’y voient plus facilement."
    ),
    "audit.limits": (
        "Un audit peut contredire une garantie ; il ne peut pas la prouver. Son attaquant voit chaque réponse "
        "bruitée ; qui attaque la diffusion en voit quelques-unes, et ce qui a été calculé à partir de toutes. Le "
        "« plus grand ε démontré » est une borne inférieure avec un niveau de confiance de 95 % ; quand tout va bien, "
        "il est donc inférieur à la valeur garantie. « Plus grand ε qu’il pouvait démontrer » : avec autant "
        "d’exécutions, on ne pourrait démontrer davantage d’aucun programme, même sans bruit."
    ),
    "ceiling.lead": (
        "Ces limites valent pour toute attaque <b>sur cette seule diffusion</b>, connue ou non, si les conditions de "
        "la section 2 sont remplies (un identifiant est une personne, le programme et les nombres aléatoires "
        "fonctionnent). Ce sont des <b>moyennes sur le bruit</b>. Pour toutes les diffusions réunies, voir la "
        "section 4. Imaginez {people} personnes présentes dans les données et {people} personnes extérieures, et un "
        "attaquant qui accuse à tort {accused} des personnes extérieures."
    ),
    "ceiling.guessing": "<b>{accused}</b> sur {people} trouvées au hasard, sans les données diffusées",
    "ceiling.guessing.chart": "{people} personnes présentes dans les données, {accused} trouvées au hasard",
    "ceiling.reached": (
        "<b>{found}</b> sur {people} trouvées au plus, en moyenne, par la meilleure attaque sur cette diffusion"
    ),
    "ceiling.reached.chart": "{people} personnes présentes dans les données, {found} trouvées au plus",
    "ceiling.legend.found": "trouvée",
    "ceiling.legend.person": "non trouvée",
    "ceiling.table": (
        "Maximum qu’un attaquant peut trouver parmi {people} personnes présentes dans les données et {people} "
        "personnes extérieures"
    ),
    "ceiling.accused": "Personnes extérieures accusées à tort, sur {people}",
    "ceiling.guess": "Personnes trouvées au hasard",
    "ceiling.found": "Personnes trouvées au plus, sur {people}",
    "ceiling.right": "Accusations justes au plus",
    "ceiling.right.note": (
        "Les accusations justes sont calculées avant arrondi, avec autant de personnes extérieures que de personnes "
        "présentes dans les données."
    ),
    "ceiling.of100": "{n} sur 100",
    "ceiling.pairs": (
        "Devant une personne présente dans les données et une personne extérieure, un attaquant désigne la bonne au "
        "plus {auc} fois sur 100. Devant une seule personne, dont il sait qu’elle a une chance sur deux d’être dans "
        "les données, un attaquant juge bien au plus {accuracy} fois sur 100."
    ),
    "ceiling.remark": (
        "Il s’agit ici de dire <em>si</em> une personne est présente dans les données. Tout ce qu’une diffusion révèle "
        "d’autre sur une personne du fait de sa participation est limité de la même manière. Cela ne dit rien de ce "
        "qui est vrai de tous ceux qui ont les mêmes caractéristiques."
    ),
    "roc.chart": (
        "Courbe du plafond : personnes présentes trouvées selon les personnes extérieures accusées à tort, aire d’au "
        "plus {auc}"
    ),
    "roc.caption": "Les attaques ne peuvent se situer que dans la zone ombrée. La diagonale correspond au hasard.",
    "roc.caption.measured": (
        "Les attaques ne peuvent se situer que dans la zone ombrée. La diagonale correspond au hasard ; les points "
        "sont mesurés sur des personnes réelles."
    ),
    "roc.x": "Personnes extérieures accusées à tort",
    "roc.y": "Personnes trouvées",
    "roc.y.most": "Personnes trouvées au plus",
    "roc.ceiling": "plafond",
    "roc.guess": "hasard",
    "roc.table": "Points de la courbe du plafond",
}

_BUDGET = {
    "budget.lead": (
        "Chaque diffusion concernant les mêmes personnes rend la vue d’un attaquant un peu plus nette. La population "
        "<b>{population}</b> a un budget global de ε {limit} pour δ {delta}. "
        "Après cette diffusion, ε {total} est utilisé : <b>{used}</b> du budget. Il en reste <b>{left}</b>."
    ),
    "budget.demo": (
        "Ceci est le grand livre jetable d’une démonstration. Il ne connaît aucune autre diffusion concernant ces "
        "personnes ; il ne faut donc pas se fier à ce total."
    ),
    "budget.chart": "{used} du budget global utilisés, reste {left}",
    "budget.caption": "Budget global de la population {population}, dans l’unité qui s’additionne (ρ)",
    "budget.table": "Imputations au budget global",
    "budget.entry": "Diffusion",
    "budget.date": "Date",
    "budget.state": "État",
    "budget.epsilon": "ε seul",
    "budget.share": "Part du budget",
    "budget.two_epsilons": (
        "Pourquoi deux nombres pour cette diffusion : ε {release} est le coût exact de ce qui a été demandé, pour le δ "
        "de la diffusion ; ε {alone} est ce que le grand livre impute, selon la règle plus grossière qui reste vraie "
        "quel que soit le choix des diffusions suivantes."
    ),
    "budget.add": (
        "Les ε de plusieurs diffusions ne s’additionnent pas ; les parts du budget s’additionnent. Les imputations "
        "sont arrondies vers le haut et ne sont jamais remboursées une fois les données ouvertes."
    ),
    "budget.head": (
        "Écriture {sequence} du grand livre, tête {head}. Une exécution passe plusieurs écritures : son coût, "
        "l’ouverture des données, sa fin ; la première sur ces personnes, aussi leur budget. Les écritures sur "
        "d’autres personnes comptent également."
    ),
    "ledger.committed": "diffusée ou prête",
    "ledger.open": "exécution inachevée, imputée",
    "ledger.void": "jamais ouverte, non imputée",
    "ledger.imported": "faite sans ce programme, imputée",
    "ledger.unknown": "inconnu",
    "budget.unbounded": (
        "<b>Le coût de toutes les diffusions concernant ces personnes est inconnu.</b> Une diffusion antérieure "
        "n’était pas différentiellement privée : aucun nombre ne borne ce qu’elle a révélé. La promesse vaut pour les "
        "autres diffusions : elles seules sont additionnées ici."
    ),
    "budget.unchanged": (
        "Un budget n’augmente que par deux signatures, celle de la protection des données et celle de la "
        "diffusion, et avec une raison. Chaque augmentation figure ici pour toujours ; il n’y en a eu aucune."
    ),
    "budget.changes": (
        "Un budget n’augmente que par deux signatures, celle de la protection des données et celle de la "
        "diffusion, et avec une raison. Chaque changement figure ici pour toujours :"
    ),
    "budget.change.raise": (
        "{date}, écriture {sequence} du grand livre : <b>augmenté</b> de ε {old} pour δ {old_delta} à ε {new} pour "
        "δ {new_delta}. Délégué à la protection des données et responsable de la diffusion ont signé ; les noms et la "
        "raison sont dans le grand livre."
    ),
    "budget.change.lower": (
        "{date}, écriture {sequence} du grand livre : <b>réduit</b> de ε {old} pour δ {old_delta} à ε {new} pour "
        "δ {new_delta}. L’un des deux qui peuvent l’augmenter a signé ; le nom et la raison sont dans le grand livre."
    ),
    "ledger.release": "cette diffusion",
    "ledger.this": "cette diffusion",
    "ledger.left": "reste",
}

_ATTACKS = {
    "attacks.lead": (
        "Les attaques ci-dessous ont été menées sur cette diffusion au sein du centre, sur des personnes présentes "
        "dans les données et sur des personnes mises de côté, jamais utilisées pour l’entraînement. Un test ne compte "
        "que si ses contrôles sont concluants : là où une fuite a été introduite exprès, il doit la trouver ; là où il "
        "ne peut pas y en avoir, il doit rester muet."
    ),
    "attacks.words": (
        "Les personnes fictives sont tirées d’après la politique ; aucune personne réelle n’en fait partie. AUC "
        "désigne la part des paires bien jugées. L’intervalle du contrôle « mélangés » est la dispersion de 200 "
        "mélanges."
    ),
    "attacks.people": (
        "Dans cette diffusion, les lignes d’une personne vont ensemble. Les attaques sur des enregistrements "
        "isolés voient un enregistrement par personne (ce que toutes ses lignes disent ensemble : nombres, "
        "premiers jours, résumés) ; les attaques sur des personnes entières voient toutes les lignes de "
        "toutes les tables."
    ),
    "attacks.few": (
        "Seules {control} personnes ont été mises de côté. C’est assez pour le chiffre global (AUC), et trop peu pour "
        "mesurer ce que trouve un attaquant qui n’accuse à tort qu’une personne extérieure sur 100 ou sur 1 000 ; là, "
        "seul le plafond compte."
    ),
    "attacks.not_run": "Non menées : {what}.",
    "attacks.not_run.linkage": "attaques qui rapprochent la diffusion d’autres données",
    "attacks.not_run.inference": "attaques qui infèrent un attribut inconnu d’une personne",
    "attacks.not_run.both": (
        "attaques qui rapprochent la diffusion d’autres données, et attaques qui infèrent un attribut inconnu d’une "
        "personne"
    ),
    "attacks.public": (
        "À partir de cette seule diffusion, aucune attaque, connue ou non, ne peut en moyenne bien juger plus de {auc} "
        "paires sur 100, formées d’une personne présente dans les données et d’une personne extérieure (à pile ou "
        "face : 50). Ce plafond découle du bruit, pas d’un test, et suppose ce que dit la section 2."
    ),
    "attacks.public.why": (
        "Les attaques ci-dessous sont menées au sein du centre avant toute diffusion. Leurs résultats portent sur des "
        "personnes réelles sans protection ; ils restent donc au centre. Des résultats de tests exacts ont déjà servi "
        "à reconstituer des enregistrements."
    ),
    "attacks.public.table": "Attaques menées en interne, nommées par la politique ou prévues par défaut",
    "attacks.name": "Où",
    "attacks.story": "Ce que fait l’attaquant",
    "attacks.result": "Résultat",
    "attacks.public.ceiling": "Paires bien jugées au plus",
    "attacks.on": "Menée sur",
    "attacks.on_release": "cette diffusion, personnes réelles",
    "attacks.interval": "Intervalle",
    "attacks.range": "{low} à {high}",
    "attacks.ceiling": "Plafond",
    "attacks.ceiling.excess_share": "Excès maximal",
    "attacks.ceiling.rate": "Plafond, si le taux réel est la borne supérieure de l’intervalle",
    "attacks.ceiling.found": "Personnes trouvées au plus",
    "attacks.ceiling.note": (
        "La part réelle d’accusations à tort n’est connue qu’à son intervalle près ; le plafond est donc pris à la "
        "borne supérieure. La section 3 le donne pour des parts exactes."
    ),
    "attacks.ceiling.hidden": "non imprimé",
    "attacks.no_ceiling": "aucun n’en découle",
    "attacks.outcome": "Résultat",
    "attacks.row.positive": "{name} (fuite à trouver)",
    "attacks.row.negative": "{name} (silence attendu)",
    "attacks.chart": (
        "Attaques et contrôles, {statistic} ; le hasard atteint {baseline} ; nombres dans le tableau ci-dessous"
    ),
    "attacks.caption": "Ce que chaque attaque a atteint, avec son intervalle.",
    "attacks.caption.auc": (
        "AUC : part des paires bien jugées, formées d’une personne présente dans les données et d’une personne "
        "extérieure, de 0,5 (pile ou face) à 1 (toujours)."
    ),
    "attacks.caption.excess_share": (
        "Part des personnes individualisées, reliées ou retrouvées, au-delà de ce que les personnes extérieures "
        "montrent par hasard."
    ),
    "attacks.caption.excess_precision": (
        "Part d’affirmations justes de l’attaquant sur les personnes présentes dans les données, au-delà de la part "
        "obtenue sur les personnes extérieures. Ce qui est juste pour les unes comme pour les autres est une "
        "connaissance sur la population."
    ),
    "attacks.details": (
        "Ce que chaque attaquant fait et sait, tous les contrôles et tous les groupes de personnes : <a "
        'href="#attack-details">attaque par attaque</a>.'
    ),
    "attacks.overview": "Attaques sur cette diffusion : {statistic}",
    "attacks.table": "{attack} : sur cette diffusion, et là où la vérité est connue",
    "attacks.controls": "Contrôles",
    "attacks.controls.held": "{held} sur {all} comme il se doit",
    "attacks.controls.weak": "{held} sur {all} comme il se doit, les autres trop peu puissants pour conclure",
    "attacks.controls.failed": "{held} sur {all} comme il se doit",
    "attacks.power": (
        "{members} personnes présentes dans les données, {control} mises de côté ; intervalles à {confidence}. Le "
        "hasard atteint {baseline}. Le test aurait trouvé une fuite de {detectable} ou plus ({statistic}) avec une "
        "probabilité de 80 % ; il a pu en manquer de plus petites."
    ),
    "attacks.rates": "{attack} : taux parmi les personnes",
    "attacks.point": "Où",
    "attacks.members": "Personnes présentes dans les données",
    "attacks.control": "Personnes mises de côté",
    "attacks.p": "Valeur p",
    "attacks.rate": "{share} ({low} à {high})",
    "attacks.under": "moins de {share}",
    "attacks.over": "plus de {share}",
    "attacks.more_often": "{power}. Trouvées plus souvent que les personnes extérieures ; sous le plafond.",
    "attacks.rare": (
        "Sur 100 personnes, {share} ont un enregistrement dont aucun autre n’approche. L’attaquant connaît toutes les "
        "colonnes de la ligne."
    ),
    "attacks.unresolved": "trop peu de personnes",
    "attacks.resolved": "assez de personnes",
    "attacks.too_small": "non imprimé : groupe trop petit",
    "attacks.power.head": "Puissance",
    "legend.attack": "attaque avec intervalle",
    "legend.guess": "hasard",
    "legend.ceiling": "plafond du budget",
    "legend.positive": "contrôle qui doit être trouvé",
    "legend.negative": "contrôle qui doit rester muet",
    "legend.noisy": "réponse bruitée",
    "legend.noise": "± 2 écarts-types du bruit",
    "legend.synthetic": "lignes synthétiques",
}

_USE = {
    "noise.sd": "Écart-type du bruit",
    "small.lead": (
        "{rare} modalités sur {levels} sont si rares que le bruit les cache : leur effectif bruité est inférieur à "
        "trois écarts-types du bruit ({below} lignes au plus). Ce que les lignes synthétiques y montrent est dû au "
        "hasard."
    ),
    "small.lead.internal": (
        " Dans cette édition, les effectifs et les taux fondés sur moins de {minimum} personnes réelles, sauf zéro, "
        "sont donnés sous forme de fourchette ; les différences de taux et les AUC ne le sont pas."
    ),
    "small.table": "Modalités que le bruit cache",
    "small.column": "Colonne",
    "small.levels": "Modalités",
    "small.rare": "Cachées",
    "small.synthetic": "Lignes synthétiques concernées",
    "small.none": "Chaque modalité se distingue nettement du bruit.",
    "outside.title": "Valeurs hors des listes et plages déclarées",
    "outside.lead": (
        "Les valeurs hors liste deviennent une modalité à part, et les valeurs hors d’une plage sont ramenées à son "
        "bord. Des parts nettement supérieures à {limit} conduisent à se demander si la liste ou la plage convient. "
        "Une classe au bord contient aussi les valeurs qui y ont leur place. Parts et bruit en pourcentage des "
        "lignes{noise}."
    ),
    "outside.noise": " ; écart-type du bruit {sd} partout",
    "outside.table": "Parts bruitées des lignes dans ces modalités, la plus grande d’abord",
    "outside.level": "Modalité",
    "outside.kind": "Type",
    "outside.share": "Part",
    "outside.other": "hors liste",
    "outside.missing": "manquante",
    "outside.edge": "bord de la plage",
    "outside.more.one": (
        '{n} autre modalité de ce type a une part plus petite ; voir <a href="#columns">colonne par colonne</a>.'
    ),
    "outside.more.other": (
        '{n} autres modalités de ce type ont des parts plus petites ; voir <a href="#columns">colonne par colonne</a>.'
    ),
    "outside.none": "Aucune colonne n’a de modalité de ce type.",
    "use.lead": (
        "L’utilité des données dépend de la question posée. Ces réponses valent pour la table dans son ensemble."
    ),
    "use.title": "Usages adaptés, usages inadaptés",
    "use.code": "Écrire et tester du code d’analyse",
    "use.code.text": "Les colonnes, les types et les codes sont ceux de la politique.",
    "use.one_way": "Tableaux d’une colonne",
    "use.one_way.text": "Chaque colonne a été mesurée.",
    "use.one_way.dates": (
        "Chaque colonne a été mesurée sauf {dates} : ce que les tables montrent de ces dates découle des premiers "
        "jours et des jours entre lignes."
    ),
    "use.two_way": "Tableaux de deux colonnes",
    "use.two_way.text": "{measured} paires sur {pairs} ont été mesurées directement ; les autres découlent du modèle.",
    "use.no_rules": (
        " La politique ne déclare aucune règle entre colonnes ; certaines lignes peuvent donc être impossibles."
    ),
    "use.rules": (
        " Les lignes respectent les règles déclarées entre colonnes ({rules}) ; au-delà, certaines lignes peuvent être "
        "impossibles."
    ),
    "use.amounts": "Moyennes, sommes, médianes et maximums de nombres par classes",
    "use.amounts.text": (
        "{binned} colonnes sur {columns} ont des classes de plusieurs valeurs ; dans une classe, les valeurs sont "
        "tirées uniformément. Quelques lignes que le bruit place dans une large dernière classe peuvent dominer une "
        "somme ou une moyenne. Un maximum montre jusqu’où vont les classes, non ce que quelqu’un avait."
    ),
    "use.three_way": "Trois colonnes à la fois, et analyses plus fines",
    "use.three_way.text": "Non mesuré. Ce que la table y montre découle du modèle, pas des personnes.",
    "use.histories": "Parcours d’une personne, mesures répétées",
    "use.histories.text": (
        "Chaque ligne synthétique vaut pour elle seule ; aucune ligne n’est liée à une autre. Ne comptez pas les "
        "lignes comme des personnes."
    ),
    "use.waves": "L’évolution d’une personne d’une vague à l’autre",
    "use.waves.text": (
        "Les lignes d’une personne synthétique vont ensemble. Une vague dépend de la précédente dans la mesure où "
        "leurs colonnes ont été mesurées ensemble (voir l’annexe) ; les parcours sur plusieurs vagues ne sont ceux de "
        "personne."
    ),
    "use.rare": "Modalités rares et combinaisons rares",
    "use.rare.text": (
        "En dessous de {below} lignes ({share} de la table), une modalité ne se distingue pas d’une modalité vide."
    ),
    "use.rare.tables": (
        "En dessous de tant de lignes de sa table, une modalité ne se distingue pas d’une modalité vide : {below}."
    ),
    "use.inference": "Intervalles de confiance et tests, comme si les lignes étaient réelles",
    "use.inference.text": "Ils ignorent le bruit et seraient trop étroits. Confirmez sur les données réelles.",
    "use.figures": "Proximité des tableaux",
    "use.explain": (
        "La distance entre deux tableaux est la part des lignes qu’il faudrait déplacer dans une autre cellule pour "
        "les rendre égaux, ici en points pour 100 lignes. 0 signifie que les tableaux sont égaux ; plus la distance "
        "est petite, mieux c’est."
    ),
    "use.size": (
        "Environ {noisy_rows} lignes ont servi à l’entraînement (nombre bruité ; écart-type du bruit {sd}). {holdout} "
        "des personnes ont été mises de côté ; ce nombre a donc été divisé par {kept} pour atteindre la taille de la "
        "source entière : {rows} lignes."
    ),
    "use.size.all": (
        "Environ {noisy_rows} lignes ont servi à l’entraînement (nombre bruité ; écart-type du bruit {sd}) ; la table "
        "synthétique en compte {rows}."
    ),
    "use.size.ratio": (
        "Environ {noisy_rows} lignes ont servi à l’entraînement (nombre bruité ; écart-type du bruit {sd}). Ramené à "
        "la taille de la source entière (personnes mises de côté : {holdout}) et multiplié par {ratio}, comme le "
        "demande la politique, cela donne {rows} lignes synthétiques."
    ),
    "use.size.waves": (
        "Environ {noisy_people} personnes ont servi à l’entraînement (nombre bruité ; écart-type du bruit "
        "{people_sd}), avec environ {noisy_rows} lignes (écart-type {sd}). Ramené à la taille de la source entière "
        "(personnes mises de côté : {holdout} ; multiplié par {ratio}), cela donne {people} personnes synthétiques et "
        "{rows} lignes en {waves} vagues. Les parts des colonnes sont des parts de personnes."
    ),
    "use.size.tables": (
        "Environ {noisy_people} personnes ont servi à l’entraînement (nombre bruité ; écart-type du bruit "
        "{people_sd}). Ramené à la taille de la source entière (personnes mises de côté : {holdout}) et multiplié par "
        "{ratio}, comme le demande la politique, cela donne {people} personnes synthétiques. Leurs lignes, et le "
        "nombre approximatif de lignes des personnes de l’entraînement qui ont été comptées : {sizes}."
    ),
    "use.size.each": "{table} {rows} ({noisy} ; écart-type du bruit {sd})",
    "use.table": "Distance moyenne entre tableaux, en points pour 100 lignes",
    "use.what": "Comparaison",
    "use.tables": "Tableaux",
    "use.mean": "Distance moyenne",
    "use.floor": "Due au seul bruit",
    "use.no_noise": "aucun ajouté",
    "use.free.1": "Une colonne, par rapport aux réponses bruitées",
    "use.free.2": "Deux colonnes, par rapport aux réponses bruitées",
    "use.paid.2": "Deux colonnes, par rapport aux données réelles, protégé",
    "use.inside.1": "Une colonne, par rapport aux données réelles, non protégé",
    "use.inside.2": "Deux colonnes, par rapport aux données réelles, non protégé",
    "use.inside.3": "Trois colonnes, par rapport aux données réelles, non protégé",
    "use.pairs_note.free": (
        "Les réponses bruitées couvrent {measured} paires sur {pairs}, choisies selon des scores bruités. Certaines "
        "paires peuvent être bien plus éloignées que la moyenne. La colonne « Due au seul bruit » indique ce qu’une "
        "table parfaite montrerait encore, parce que les réponses elles-mêmes sont bruitées. Les lignes synthétiques "
        "suivent aussi le bruit ; elles peuvent donc être plus proches des réponses bruitées qu’une table parfaite."
    ),
    "use.pairs_note.paid": (
        "Le chiffre protégé couvre les {pairs} paires et a été payé sur le budget. Certaines paires peuvent être bien "
        "plus éloignées que la moyenne. La colonne « Due au seul bruit » indique ce qu’une table parfaite montrerait "
        "encore par rapport aux réponses bruitées. Les lignes synthétiques suivent aussi le bruit ; elles peuvent donc "
        "être plus proches des réponses bruitées qu’une table parfaite."
    ),
    "use.worst": "Les {shown} colonnes sur {columns} qui diffèrent le plus de leurs réponses bruitées",
    "use.worst_pairs": "Paires de colonnes qui diffèrent le plus des données réelles ({shown})",
    "use.pair": "{first} et {second}",
    "use.near": " La moyenne est à la limite, au bruit près.",
    "use.far": (
        " Certaines colonnes sont plus loin de leurs comptages bruités que le bruit et la limite "
        "ensemble ne l’expliquent : {far}."
    ),
    "bars.title": "Jusqu’où un tableau pris seul peut être inexact",
    "bars.lead": (
        "Bornes supérieures, en points pour 100 lignes, calculées à partir des seules réponses bruitées. Avec un "
        "niveau de confiance de {confidence}, elles valent pour tous ces tableaux ensemble, par rapport aux lignes "
        "utilisées pour l’entraînement. Elles prévoient le pire ; la plupart des tableaux sont donc bien plus proches. "
        "Les modalités regroupées avant le comptage sont comparées regroupées."
    ),
    "bars.clipped": (
        " Elles portent sur des effectifs dans lesquels la part des personnes ayant beaucoup de lignes est limitée."
    ),
    "bars.why": (
        " Les paires mesurées peuvent avoir la borne la plus large : elle prévoit du bruit dans chacune de leurs "
        "cellules, celle d’une dépendance du bruit dans un seul nombre."
    ),
    "bars.table": "Éloignement maximal de la vérité, en points pour 100 lignes",
    "bars.what": "Type de tableau",
    "bars.median": "La moitié, au plus",
    "bars.largest": "Tous, au plus",
    "bars.one_way": "Une colonne, mesurée",
    "bars.measured": "Plusieurs colonnes, mesurées",
    "bars.pairs": "Deux colonnes, mesurées",
    "bars.scored": "Deux colonnes, dont seule la dépendance a été demandée",
    "clip.text": (
        "La part d’une personne dans un tableau a été limitée : les personnes ayant plus d’environ {reach} lignes "
        "comptent moins. D’après des effectifs bruités, environ {lost} des lignes se trouvent au-delà. Dans les "
        "tableaux de 100 cellules et plus, la limite peut être plus basse. Les tableaux sont ramenés à l’échelle du "
        "nombre total de lignes, mais favorisent les personnes qui ont moins de lignes."
    ),
    "clip.hidden": (
        "La part d’une personne dans un tableau a été limitée : les personnes ayant plus d’environ {reach} lignes "
        "comptent moins. Le bruit cache combien de lignes dépassent cette limite. Dans les tableaux de 100 "
        "cellules et plus, la limite peut être plus basse. Les tableaux sont ramenés à l’échelle du nombre total "
        "de lignes, mais favorisent les personnes qui ont moins de lignes."
    ),
    "clip.worst": (
        "D’après des effectifs bruités, le tableau de {columns} a le plus perdu : avant la mise à l’échelle, il lui "
        "manque environ {lost} des lignes (bruit {noise}). Pour cette raison, en plus du bruit, ses parts peuvent "
        "s’écarter au plus d’à peu près autant."
    ),
    "dependence.none": (
        "Sur {checked} paires de colonnes pour lesquelles il y a une réponse, aucune n’est plus dépendante dans la "
        "table synthétique que les réponses bruitées ne le permettent. Seul ce sens est vérifié : une paire peut être "
        "moins dépendante que dans les données réelles."
    ),
    "dependence.some": (
        "Sur {checked} paires de colonnes pour lesquelles il y a une réponse, {failed} sont plus dépendantes dans la "
        "table synthétique que les réponses bruitées ne le permettent. N’utilisez pas ces paires pour chercher des "
        "associations."
    ),
    "dependence.table": (
        "Dépendance, en points pour 100 lignes qu’il faudrait déplacer pour rendre les colonnes indépendantes"
    ),
    "dependence.synthetic": "Table synthétique",
    "dependence.allowed": "Au plus, d’après les réponses",
    "use.difference": "Distance, en points pour 100 lignes",
}

_RELATIONS = {
    "relations.lead.internal": (
        "{tables} tables contiennent les lignes de {people} personnes synthétiques. Cette section demande ce que "
        "des tables de lignes isolées ne montrent pas : combien de lignes ont les personnes, ce qui va ensemble "
        "d’une table à l’autre et ce qui se passe au fil du temps. Tout ce qui figure ici à côté de personnes "
        "réelles les observe sans protection et reste à l’intérieur."
    ),
    "relations.lead.public": (
        "{tables} tables contiennent les lignes de {people} personnes synthétiques. Cette section dit à quoi "
        "ressemblent ces personnes au fil de leurs lignes : combien elles en ont, ce qui suit quoi et ce qui se "
        "passe au fil du temps. À quel point cela approche des personnes réelles a été examiné dans le centre, "
        "sans protection, et n’est pas dit ici."
    ),
    "relations.table": "Table",
    "relations.rows": "Lignes",
    "relations.synthetic": "Synthétiques",
    "relations.real": "Réelles",
    "relations.held": "Réelles, mises de côté",
    "relations.interval": "Intervalle à 95 % de la part réelle",
    "relations.few": "peu",
    "relations.few.note": "« peu » vaut pour les parts de moins de {minimum} personnes ou lignes.",
    "relations.undefined": "non calculé",
    "relations.range": "{value} [{low} ; {high}]",
    "relations.what": "Quoi",
    "relations.checks.title": "Si les tables tiennent ensemble",
    "relations.checks": "Part des lignes synthétiques qui respectent chaque règle de la politique",
    "relations.checks.none": (
        "Aucune ligne synthétique n’enfreint de règle. Seules les tables synthétiques sont examinées, telles "
        "qu’elles sortent."
    ),
    "relations.checks.broken": (
        "Certaines lignes synthétiques enfreignent une règle : elles ne doivent pas sortir ainsi. Seules les "
        "tables synthétiques sont examinées, telles qu’elles sortent."
    ),
    "relations.rule.keys": "Clé propre présente une fois",
    "relations.rule.references": "Renvois vers la même personne",
    "relations.rule.order": "Dates dans l’ordre",
    "relations.rule.window": "Dans la période et la vie",
    "relations.rule.bound": "Lignes par personne dans la borne",
    "relations.rule.values": "Valeurs dans la liste ou la plage",
    "relations.classifier.title": "Distingue-t-on les personnes synthétiques des réelles ?",
    "relations.classifier.text": (
        "Un classifieur voit chaque personne comme une ligne : ses colonnes et, pour chaque table, le nombre de "
        "lignes, les niveaux différents, les moyennes et les parts. Sur 100 paires d’une personne réelle et d’une "
        "synthétique, il dit laquelle est laquelle dans {synthetic} ; sur 100 paires de deux personnes réelles, "
        "dans {real}, où 50 est le hasard. {people} personnes de chaque côté ; il est jugé sur des personnes dont "
        "il n’a pas appris."
    ),
    "relations.classifier.few": "Non calculé : trop peu de personnes.",
    "relations.telling": "Ce qui, seul, trahit le mieux les personnes synthétiques",
    "relations.feature": "Ce que disent les lignes d’une personne",
    "relations.feature.auc": "Sur 100 paires, la synthétique est plus grande",
    "relations.feature.own": "{column}{level}",
    "relations.feature.own.level": "{column} est {level}",
    "relations.feature.rows": "Nombre de lignes dans {column}{level}",
    "relations.feature.different": "Niveaux différents de {column}{level}",
    "relations.feature.mean": "Moyenne de {column}{level}",
    "relations.feature.share": "Part des lignes avec {column} {level}",
    "relations.distances.title": "Aussi loin que d’autres personnes réelles ?",
    "relations.distances.text": (
        "Chaque ligne compare autant de personnes d’entraînement à des personnes synthétiques, et à d’autres "
        "personnes réelles, parmi elles celles mises de côté. Ce que montre la seconde comparaison vient du seul "
        "hasard du tirage ; seul ce qui la dépasse vient de la synthèse et de son bruit. Entre crochets : où se "
        "trouvent 95 comparaisons sur 100."
    ),
    "relations.distances": "Distances multipliées par 100, {people} personnes de chaque côté",
    "relations.distances.few": "Distances : non calculées, trop peu de personnes",
    "relations.apart": "Synthétiques aux réelles",
    "relations.usual": "Réelles aux réelles",
    "relations.reading": "Lecture",
    "relations.alike": "comme d’autres personnes réelles",
    "relations.further": "plus loin",
    "relations.mean_of": "{what}, moyenne de {pairs} paires",
    "relations.numbers.title": "Ressemblance, ordre et temps en chiffres",
    "relations.numbers": "Un nombre pour chaque question",
    "relations.numbers.note.internal": (
        "Les corrélations vont de −1 à 1 ; 0 dit que les lignes ne savent rien les unes des autres. Entre "
        "crochets : intervalles à 95 % pour des personnes tirées de nouveau. Moins de personnes mises de côté "
        "donnent des intervalles plus larges."
    ),
    "relations.numbers.note.public": (
        "Des seules personnes synthétiques. Les corrélations vont de −1 à 1 ; 0 dit que les lignes ne savent rien "
        "les unes des autres."
    ),
    "relations.what.rows": "Personnes sans ligne dans {table}",
    "relations.what.rows_of_parent": "Lignes parentes sans ligne dans {table}",
    "relations.what.gap": "Jours entre lignes de {table}, moyenne",
    "relations.what.lag.1": "{column} et sa valeur dans la ligne d’avant",
    "relations.what.lag.2": "{column} et sa valeur deux lignes avant",
    "relations.what.lag.1.within": "{column} et sa valeur d’avant pour le même {by}",
    "relations.what.lag.2.within": "{column} et sa valeur deux avant pour le même {by}",
    "relations.what.within": "Ressemblance de {columns} au sein des personnes (ICC)",
    "relations.what.within.by": "Ressemblance de {column} au sein des personnes, comparée au sein de {by} (ICC)",
    "relations.what.transitions": "La ligne suivante a le même {columns}",
    "relations.what.survival": "Jours sans ligne dans {table}, moyenne dans la période",
    "relations.what.survival.death": "Jours en vie, moyenne dans la période ({columns})",
    "relations.what.pair.rows": "Table parente et {table}, chaque ligne comptant autant",
    "relations.what.pair.people": "Table parente et {table}, chaque personne comptant autant",
    "relations.what.pair_of_person.rows": "Table des personnes et {table}, chaque ligne comptant autant",
    "relations.what.pair_of_person.people": "Table des personnes et {table}, chaque personne comptant autant",
    "relations.what.siblings": "Ce que {table} et d’autres tables disent d’une personne",
    "relations.bars.title": "Combien de lignes, et à quel intervalle",
    "relations.bars.rows": "Lignes d’une personne dans {table}",
    "relations.bars.rows_of_parent": "Lignes d’une ligne parente dans {table}",
    "relations.bars.gap": "Jours entre lignes de {table}",
    "relations.bins.rows": "Lignes",
    "relations.bins.rows_of_parent": "Lignes",
    "relations.bins.gap": "Jours",
    "relations.chart.bars": "Barres de parts : {what}",
    "relations.chart.curve": "Courbe au fil du temps : {what}",
    "relations.curves.title": "Temps jusqu’au décès et jusqu’à la première ligne",
    "relations.curves.text": (
        "Part des personnes à qui cela n’est pas arrivé, selon Kaplan et Meier, à partir de la date de référence ; "
        "qui quitte la période ou décède avant compte tant qu’il ou elle était là. Les jours sont les milieux des "
        "classes de la politique, pour les personnes réelles comme pour les synthétiques."
    ),
    "relations.curve.death": "Part des personnes en vie",
    "relations.curve.first": "Part des personnes encore sans ligne dans {table}",
    "relations.years": "Années",
    "relations.moves.title": "D’une ligne à la suivante",
    "relations.moves.text": (
        "Sur 100 lignes du niveau à gauche, combien sont suivies d’une ligne de la même personne du niveau en "
        "haut. Une couleur plus soutenue est plus. Sont montrés les niveaux les plus fréquents des lignes "
        "synthétiques ; la somme d’une ligne n’est donc pas forcément 100."
    ),
    "relations.moves": "De {column} au suivant : {side}",
    "relations.from": "De",
    "relations.pairs.title": "Liens qui ont le plus changé",
    "relations.pairs.text": (
        "À quel point deux colonnes dépendent l’une de l’autre, par le V de Cramér : 0 pas du tout, 1 entièrement. "
        "Peu de personnes montrent plus qu’il n’y a."
    ),
    "relations.pairs": "Les {shown} liens dont la force diffère le plus de celle des personnes réelles",
    "relations.pair": "Paire",
    "relations.said": "{table}: {what}",
    "relations.said.rows": "nombre de lignes dans {table}",
    "relations.said.first": "premier jour dans {table}",
    "relations.method": (
        "Ce que chaque nombre signifie, comment il est calculé et sa source : docs/relations.md du programme."
    ),
    "use.relations": "Histoires d’une personne, par groupes de personnes",
    "use.relations.text": (
        "Les lignes d’une personne vont ensemble et gardent leur ordre. Ce qui a été mesuré et ce qui suit du "
        "modèle se trouve dans la section sur les personnes, leurs lignes et le temps ; les histoires isolées ne "
        "sont celles de personne."
    ),
    "benefit.relations": "Histoires au fil du temps, par groupes de personnes",
}

_CONTEXT = {
    "unprotected.lead": (
        "Une garantie portant sur une personne laisse de côté ce qui suit. Ce sont des risques à peser, pas des "
        "défauts de cette exécution."
    ),
    "unprotected.groups": "Groupes",
    "unprotected.groups.text": (
        "Les familles, cabinets, hôpitaux et régions, en tant que groupes, sont d’autant moins protégés qu’ils sont "
        "grands : pour k unités protégées ensemble, μ (la première ligne de ce qui est garanti) est k fois plus grand. "
        "Prenez des groupes de {size} unités, par exemple des familles de {size} si l’unité est une personne, chacun "
        "présent en entier ou absent. Un attaquant qui accuse à tort {accused} groupe sur {total} en trouve en moyenne "
        "au plus {found} sur {total} (pour des unités seules, {alone}) et juge bien au plus {pairs} paires de groupes "
        "sur 100 (pour des unités seules, {pairs_alone})."
    ),
    "unprotected.relatives": "Informations dans les lignes d’autrui",
    "unprotected.relatives.text": (
        "Une information sur une personne peut figurer aussi dans les lignes d’autres personnes, comme le revenu d’une "
        "famille ou le niveau d’études d’un parent. La garantie donnée à une personne ne couvre que ses propres "
        "lignes ; une telle information est protégée comme un groupe."
    ),
    "unprotected.population": "Vérités sur la population",
    "unprotected.population.text": (
        "Si un traitement suit souvent un diagnostic, la diffusion le montre, et on peut le deviner pour toute "
        "personne ayant ce diagnostic, présente dans les données ou non."
    ),
    "unprotected.fact": "Le fait de la diffusion",
    "unprotected.fact.text": "Qu’une diffusion existe, à quelle date et selon quelle politique, chacun peut le voir.",
    "unprotected.human": "La décision humaine",
    "unprotected.human.text": (
        "Quiconque lit l’édition interne, puis approuve ou refuse, a utilisé des données réelles. Ce choix n’est pas "
        "couvert par ε. {looks}"
    ),
    "looks.none": (
        "Avant cette diffusion, le grand livre ne mentionne personne qui ait ouvert un rapport interne sur ces "
        "personnes."
    ),
    "looks.one": (
        "Avant cette diffusion, selon le grand livre, un rapport interne sur ces personnes a été ouvert une fois."
    ),
    "looks.other": (
        "Avant cette diffusion, selon le grand livre, des rapports internes sur ces personnes ont été ouverts {n} fois."
    ),
    "unprotected.id": "Un identifiant est une personne",
    "unprotected.id.text": (
        "Les identifiants de <b>{key}</b> sont comparés {normalise}. Une personne qui a deux identifiants est protégée "
        "comme deux personnes, et les lignes sans identifiant sont écartées."
    ),
    "unprotected.timing": "Temps et machine",
    "unprotected.timing.text": (
        "Quelqu’un qui peut observer la machine au travail peut apprendre quelque chose du temps d’exécution, de la "
        "mémoire ou des journaux. Ceux-ci restent au centre."
    ),
    "unprotected.arithmetic": "Calcul et hasard",
    "unprotected.arithmetic.text": (
        "La garantie suppose que le programme, la bibliothèque de bruit et les nombres aléatoires du système "
        "d’exploitation fonctionnent comme documenté. Les versions figurent dans la section sur la provenance."
    ),
    "unprotected.audience": "Diffusions que ce grand livre ne connaît pas",
    "unprotected.audience.text": (
        "Les données sur les mêmes personnes publiées ailleurs, ou avant l’ouverture de ce grand livre, ne sont pas "
        "comprises dans le total."
    ),
    "unprotected.statements": "Déclaré pour cette diffusion",
    "unprotected.none": "Aucune autre étape hors de la garantie n’a été déclarée.",
    "comparison.none": (
        "Aucune diffusion antérieure de cette politique n’a été trouvée dans ce dossier de rapports : il n’y en a pas "
        "d’autre à laquelle la comparer."
    ),
    "comparison.lead": "D’après les éditions publiques des deux diffusions.",
    "comparison.caption": "Cette diffusion et la précédente",
    "comparison.what": "Élément",
    "comparison.before": "Avant",
    "comparison.now": "Cette diffusion",
    "comparison.release": "Diffusion",
    "comparison.date": "Exécutée le",
    "comparison.policy": "Politique",
    "comparison.mechanism": "Mécanisme",
    "comparison.epsilon": "ε annoncé",
    "comparison.columns": "Colonnes",
    "comparison.source_rows": "Lignes de la source, avec bruit",
    "comparison.synthetic_rows": "Lignes synthétiques",
    "comparison.two_way": "Distance moyenne sur les tableaux de deux colonnes",
    "comparison.paid": "{value} points, toutes les paires, imputé au budget",
    "comparison.free": "{value} points, paires mesurées, par rapport aux réponses bruitées",
    "comparison.not_measured": "non mesuré",
    "comparison.same_policy": "Les deux ont été produites selon la même politique.",
    "comparison.other_policy": "La politique a été modifiée entre les deux.",
    "comparison.added": "Nouvelles colonnes : {columns}.",
    "comparison.removed": "Colonnes disparues : {columns}.",
    "comparison.budget": (
        "Les deux puisent dans le budget des mêmes personnes ; la section 4 en fait le total. Les lignes de la source "
        "ne diffèrent que par le bruit si les personnes n’ont pas changé."
    ),
    "frames.lead": "Où trouver les éléments d’appréciation. L’appréciation elle-même n’est pas faite ici.",
    "frames.evidence": "Éléments d’appréciation dans ce rapport",
    "frames.not_stated": "non indiqué dans la politique",
    "wp29.caption": "Avis 05/2014 du G29 (WP 216) : trois critères",
    "wp29.head": "Critère",
    "wp29.singling": "Individualisation",
    "wp29.singling.internal": (
        'Aucun constat direct. Le <a href="#ceiling">plafond</a> limite la possibilité de dire qui est présent dans '
        "les données ; en moyenne, on peut le dire pour au plus {found} personnes sur {people}, avec {accused} "
        "personne extérieure sur {people} accusée à tort. En interne, les correspondances d’enregistrements rares ont "
        'été comparées à celles de personnes mises de côté (<a href="#attacks">attaques</a>).'
    ),
    "wp29.singling.public": (
        'Aucun constat direct. Le <a href="#ceiling">plafond</a> limite la possibilité de dire qui est présent dans '
        "les données ; en moyenne, on peut le dire pour au plus {found} personnes sur {people}, avec {accused} "
        "personne extérieure sur {people} accusée à tort."
    ),
    "wp29.linking": "Corrélation",
    "wp29.linking.text": (
        'Non testé. Le <a href="#ceiling">plafond</a> limite ce qu’une corrélation peut apporter du fait de la '
        "participation d’une personne."
    ),
    "wp29.linking.tested": (
        "Aucun constat direct. Les attaques qui rapprochent la diffusion d’autres données sont menées en interne (<a "
        'href="#attacks">attaques</a>). Le <a href="#ceiling">plafond</a> limite ce qu’une corrélation peut apporter '
        "du fait de la participation d’une personne."
    ),
    "wp29.inference": "Inférence",
    "wp29.inference.text": (
        "Non testé. Ce que la diffusion ajoute sur une personne du fait de sa participation est limité par le <a "
        'href="#ceiling">plafond</a> ; ce qui est vrai de la population n’est <a href="#unprotected">pas protégé</a>.'
    ),
    "wp29.inference.tested": (
        "Aucun constat direct. Les attaques qui infèrent un attribut inconnu sont menées en interne (<a "
        'href="#attacks">attaques</a>). Ce que la diffusion ajoute sur une personne du fait de sa participation est '
        'limité par le <a href="#ceiling">plafond</a> ; ce qui est vrai de la population n’est <a '
        'href="#unprotected">pas protégé</a>.'
    ),
    "safes.caption": "Five Safes (cinq dimensions de sûreté)",
    "safes.head": "Dimension",
    "safes.projects": "Projets sûrs",
    "safes.projects.text": "Finalité : {purpose}. Analyse d’impact : {dpia}.",
    "safes.people": "Personnes sûres",
    "safes.people.text": "Destinataires : {audience}.",
    "safes.settings": "Environnements sûrs",
    "safes.settings.text": (
        "Rien n’est supposé sur l’environnement du destinataire : la garantie vaut où que les données soient utilisées."
    ),
    "safes.data": "Données sûres",
    "safes.data.text": (
        '<a href="#claim">Ce qui est garanti</a>, <a href="#budget">le budget</a> et <a href="#unprotected">ce qui '
        "n’est pas protégé</a>. Colonnes de la source non utilisées : {dropped}."
    ),
    "safes.outputs": "Résultats sûrs",
    "safes.outputs.text": (
        "Les résultats calculés à partir des lignes synthétiques portent la même garantie. Elle ne remplace pas les "
        "règles du centre sur les sorties."
    ),
    "gdpr.caption": "RGPD, art. 5, par. 2 : responsabilité quant au respect des principes de l’art. 5, par. 1",
    "gdpr.head": "Principe",
    "gdpr.lawful": "Licéité (point a)",
    "gdpr.lawful.text": "Responsable du traitement : {controller}. Base juridique : {basis}.",
    "gdpr.purpose": "Limitation des finalités (point b)",
    "gdpr.purpose.text": "{purpose}",
    "gdpr.minimal": "Minimisation des données (point c)",
    "gdpr.minimal.text": (
        "Colonnes non utilisées : {dropped} ; au plus {rows} lignes d’une personne sont utilisées ; {holdout} "
        "des personnes sont tenues à l’écart de l’entraînement, pour les tests."
    ),
    "gdpr.minimal.tables": (
        "Colonnes non utilisées : {dropped} ; d’une personne, au plus tant de lignes sont comptées : {bounds} ; "
        "{holdout} des personnes sont tenues à l’écart de l’entraînement, pour les tests."
    ),
    "gdpr.accurate": "Exactitude (point d)",
    "gdpr.accurate.text": (
        '<a href="#usefulness">À quoi servent les données</a>, c’est-à-dire l’exactitude des données synthétiques, '
        "avec le bruit à côté de chaque chiffre."
    ),
    "gdpr.storage": "Limitation de la conservation (point e)",
    "gdpr.storage.text": (
        "Une politique de ce format n’indique pas de durée de conservation. Le registre des activités de traitement du "
        "responsable du traitement l’indique."
    ),
    "gdpr.secure": "Intégrité et confidentialité (point f)",
    "gdpr.secure.text": (
        '<a href="#provenance">D’où vient cette diffusion</a> : empreinte du code, versions, source du bruit.'
    ),
    "gdpr.accountable": "Responsabilité (par. 2)",
    "gdpr.accountable.text": (
        "Politique {digest} ; écriture {sequence} du grand livre ; signatures à la fin du corps du rapport."
    ),
    "provenance.lead": (
        "De quoi identifier l’exécution. Les empreintes de tous les fichiers se trouvent dans manifest.json."
    ),
    "provenance.release": "Diffusion",
    "provenance.file": "Données, SHA-256",
    "provenance.file.text": "{path} {digest}",
    "provenance.date": "Date de l’exécution",
    "provenance.policy": "Politique",
    "provenance.digest": "Empreinte de la politique",
    "provenance.population": "Population (clé du grand livre)",
    "provenance.snapshot": "Instantané",
    "provenance.ledger": "Grand livre",
    "provenance.ledger.text": "écriture {sequence}, tête {head}",
    "provenance.mechanism": "Mécanisme",
    "provenance.sampler": "Générateur du bruit",
    "provenance.code": "Empreinte du code, programme entier",
    "provenance.audited": "Empreinte du code, partie auditée seulement",
    "provenance.versions": "Versions",
    "provenance.package": "Logiciel",
    "provenance.version": "Version",
    "notes.caption": (
        "Pour le gestionnaire des données : effectifs de données réelles. Les effectifs inférieurs à {minimum} sont "
        "donnés sous forme de fourchette"
    ),
    "notes.what": "Élément",
    "notes.count": "Effectif",
    "notes.range": "{low} à {high}",
    "sign.lead": (
        "Le délégué à la protection des données rend un avis ; le responsable du traitement décide. Chacun signe en "
        "son propre nom."
    ),
    "sign.confirm": "Par ma signature, je confirme ce qui suit :",
    "sign.confirm.read": "j’ai lu la page de décision et chacun des points qui y figurent,",
    "sign.confirm.attacks": "j’ai lu la section 5, sur les attaques,",
    "sign.confirm.limits": "je connais les limites fixées par la politique et leur origine,",
    "sign.confirm.unprotected": "j’ai lu ce qui n’est pas protégé,",
    "sign.confirm.law": "je me suis fait ma propre opinion ; le programme n’en émet aucune sur le droit.",
    "sign.checker": "Contrôleur des sorties",
    "sign.checker.kind": "avis",
    "sign.checker.choices": "pas d’objection · objection",
    "sign.checker2": "Second contrôleur des sorties",
    "sign.checker2.kind": "avis, sans connaître le premier",
    "sign.checker2.choices": "pas d’objection · objection",
    "sign.dpo": "Délégué à la protection des données",
    "sign.dpo.kind": "avis",
    "sign.dpo.choices": "favorable · favorable sous conditions · défavorable",
    "sign.officer": "Responsable de la diffusion",
    "sign.officer.kind": "décision pour le responsable du traitement",
    "sign.officer.choices": "diffuser · diffuser sous conditions · ne pas diffuser",
    "sign.name": "Nom",
    "sign.date": "Date",
    "sign.signature": "Signature",
    "sign.conditions": "Conditions et motifs",
    "sign.identity": "Concerne la diffusion {release}, empreinte de la politique {digest}.",
    "sign.file": "SHA-256 de {path} : {digest}",
    "sign.valid.one": "Une approbation qui n’est pas utilisée dans un délai de {n} jour expire.",
    "sign.valid.other": "Une approbation qui n’est pas utilisée dans un délai de {n} jours expire.",
    "sign.named": "La politique désigne : {names}.",
    "sign.manifest": "Empreinte du manifeste",
    "sign.public": (
        "Décision : voir signatures/ dans le paquet. Les signatures indiquent l’empreinte de manifest.json et se "
        "vérifient avec <b>dpsynth verify</b>."
    ),
}

_APPENDIX = {
    "policy.lead": (
        "La politique, exactement telle qu’elle a été utilisée. Chaque borne et chaque liste indique sa source : doc "
        "(documentation), clinical (connaissances cliniques), schema (schéma) ou assumed (hypothèse)."
    ),
    "policy.label": "Fichier de la politique",
    "limits.lead": (
        "Aucune autorité ne fixe de valeur pour ε ni pour une AUC. Ces limites sont celles du centre, chacune avec sa "
        "source."
    ),
    "limits.table": "Limites du verdict",
    "limits.name": "Limite",
    "limits.pass": "Admis jusqu’à",
    "limits.review": "À juger jusqu’à",
    "limits.source": "Source",
    "limits.never": "ne bloque jamais",
    "columns.lead": (
        "Chaque colonne avec ses réponses bruitées et les lignes synthétiques, en pourcentage des lignes. Là où la "
        "barre pleine s’écarte du contour de plus que la barre de bruit, la table synthétique est inexacte."
    ),
    "column.levels.one": "{count} modalité",
    "column.levels.other": "{count} modalités",
    "column.unit": "en {unit}",
    "column.source": "domaine d’après {source}",
    "column.chart": "{column} : parts bruitées et synthétiques de chaque modalité, à {difference} points d’écart",
    "column.caption": "{difference} points d’écart{noise}",
    "column.noise": " ; écart-type du bruit {sd} dans chaque modalité",
    "column.table": "Colonne {column}",
    "column.level": "Modalité",
    "column.noisy": "Bruité (%)",
    "column.sd": "Écart-type du bruit",
    "column.synthetic": "Synthétique (%)",
    "column.rest": "{n} autres modalités",
    "column.span": "{first} … {last}",
    "asked.lead": (
        "Rien d’autre n’a été demandé. Le coût découle du tableau ; le nombre de cellules est le plus grand possible."
    ),
    "asked.pairs": "Tableaux de deux colonnes ou plus qui ont été mesurés : {pairs}.",
    "asked.pair": "{first} avec {second}",
    "asked.no_pairs": "Aucun tableau de deux colonnes n’a été mesuré.",
    "asked.events": "Demandé aux données réelles",
    "asked.purpose": "Pour",
    "asked.by": "{mechanism} : {purpose}",
    "asked.queries": "Tableaux",
    "asked.any": "nombre quelconque",
    "asked.cells": "Cellules au plus",
    "asked.sensitivity": "Plus grand effet d’une unité",
    "asked.sigma": "Écart-type du bruit, en lignes",
    "asked.range": "{least} à {most}",
    "asked.share": "Part du coût de la diffusion",
    "asked.sampled": "Sommes sur des échantillons de personnes",
    "asked.steps": "Étapes",
    "asked.rate": "Probabilité d’une personne",
    "asked.sampled.sigma": "Écart-type du bruit, en longueurs",
    "term.attack": "Attaque",
    "term.attack.text": (
        "Une tentative d’apprendre, à partir de la diffusion, si une personne était dans les données, ou quelque chose "
        "à son sujet."
    ),
    "term.auc": "AUC",
    "term.auc.text": (
        "La part des paires bien jugées : la fréquence à laquelle une attaque classe une personne présente dans les "
        "données avant une personne extérieure. 0,5 correspond au hasard, 1 à toujours."
    ),
    "term.budget": "Budget global",
    "term.budget.text": (
        "Ce que toutes les diffusions concernant les mêmes personnes peuvent coûter ensemble. Il est fixé quand un "
        "grand livre inscrit ces personnes pour la première fois et n’augmente que si le délégué à la protection des "
        "données et le responsable de la diffusion signent tous deux ; chaque rapport ultérieur le dit."
    ),
    "term.ceiling": "Plafond",
    "term.ceiling.text": (
        "Le maximum que peut atteindre en moyenne une attaque sur cette seule diffusion, quelle qu’elle soit. Il "
        "découle du bruit, pas d’un test."
    ),
    "term.codes": "Liste de codes",
    "term.codes.text": "Les valeurs qu’une colonne peut prendre, telles que la politique les énumère.",
    "term.control": "Contrôle",
    "term.control.text": (
        "Un test du test : une fuite introduite exprès, qui doit être trouvée, ou un cas sans fuite, qui doit rester "
        "muet."
    ),
    "term.delta": "δ (delta)",
    "term.delta.text": (
        "Une petite tolérance : la probabilité de tout résultat peut dépasser la limite fixée par ε de δ au plus."
    ),
    "term.dp": "Confidentialité différentielle",
    "term.dp.text": (
        "La garantie que la diffusion est presque la même, que les lignes d’une personne soient dans les données ou "
        "non."
    ),
    "term.epsilon": "ε (epsilon)",
    "term.epsilon.text": (
        "Mesure de combien les lignes d’une personne peuvent changer la probabilité de tout résultat : d’un facteur "
        "d’au plus e à la puissance ε. Plus il est petit, plus il protège."
    ),
    "term.holdout": "Personnes mises de côté",
    "term.holdout.text": (
        "Personnes de la source jamais utilisées pour l’entraînement, qui servent de comparaison pour les attaques."
    ),
    "term.ledger": "Grand livre",
    "term.ledger.text": "Le livre de toutes les imputations au budget global. On ne peut qu’y ajouter des écritures.",
    "term.level": "Modalité",
    "term.level.text": "Une des valeurs qu’une colonne peut prendre, ou une classe d’une plage de nombres ou de dates.",
    "term.marginal": "Tableau de colonnes",
    "term.marginal.text": (
        "Le nombre de lignes pour chaque valeur, ou pour chaque combinaison de valeurs, d’une ou de plusieurs colonnes."
    ),
    "term.merged": "Modalités regroupées",
    "term.merged.text": (
        "Modalités comptées comme une seule dans les tableaux de plusieurs colonnes, afin que moins de cellules "
        "portent du bruit. Des effectifs bruités décident lesquelles."
    ),
    "term.noise": "Bruit, écart-type du bruit",
    "term.noise.text": (
        "Des nombres aléatoires ajoutés exprès. L’écart-type dit leur ampleur : environ 95 valeurs sur 100 se trouvent "
        "à moins de deux écarts-types."
    ),
    "term.practice": "Diffusion d’exercice",
    "term.practice.text": (
        "Une diffusion que le programme produit en interne, à partir de personnes mises de côté ou fictives, pour "
        "préparer une attaque avant qu’elle ne juge qui que ce soit."
    ),
    "term.quasi": "Quasi-identifiants",
    "term.quasi.text": (
        "Colonnes que d’autres peuvent connaître d’une personne et qui pourraient leur permettre de reconnaître "
        "quelqu’un. La politique les nomme."
    ),
    "term.rho": "ρ (rho), μ (mu), zCDP",
    "term.rho.text": (
        "D’autres unités du même coût. ρ s’additionne d’une diffusion à l’autre et relève de zCDP (zero-concentrated "
        "differential privacy) ; μ relève de la confidentialité différentielle gaussienne."
    ),
    "term.steward": "Gestionnaire des données",
    "term.steward.text": "Celui qui détient les données réelles au centre et exécute le programme.",
    "term.tvd": "Distance entre deux tableaux",
    "term.tvd.text": (
        "La part des lignes qu’il faudrait déplacer dans une autre cellule pour rendre les tableaux égaux (distance en "
        "variation totale)."
    ),
    "term.unit": "Unité protégée",
    "term.unit.text": "Ce sur quoi porte la garantie : tout ce qu’une personne a apporté.",
}

SENTENCES = (
    _PAGE | _CODES | _DECISION | _FINDINGS | _CLAIM | _BUDGET | _ATTACKS | _USE | _RELATIONS | _CONTEXT | _APPENDIX
)
