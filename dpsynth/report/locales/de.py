"""German sentences. `{name}` is a place for a value, which is escaped; the rest may hold simple HTML."""

from __future__ import annotations

_PAGE = {
    "skip": "Zur Entscheidungsseite springen",
    "contents": "Inhalt",
    "appendices": "Anhänge",
    "subtitle": "{controller} · {audience}",
    "running": "Freigabe {release} · Richtlinie {digest}",
    "edition.internal": "interne Ausgabe, enthält Statistiken über echte Personen",
    "edition.public": "öffentliche Ausgabe",
    "strip.release": "Freigabe",
    "strip.state": "Stand",
    "strip.state.draft": "noch nicht unterschrieben",
    "strip.state.public": "siehe signatures/",
    "strip.date": "Lauf vom",
    "strip.policy": "Richtlinie",
    "strip.ledger": "Budgetbuch",
    "strip.synthetic": "Synthetische Daten",
    "alarm.rehearsal": "Probelauf mit erfundenen Daten: keine Freigabe.",
    "footer.internal": (
        "Interne Ausgabe: enthält Statistiken über echte Personen in voller Genauigkeit. Sie bleibt im Zentrum."
    ),
    "footer.public": (
        "Öffentliche Ausgabe: Jeder Wert auf diesen Seiten ist eine Vorgabe, eine geschützte Antwort, aus geschützten "
        "Antworten berechnet oder stammt allein aus den synthetischen Zeilen."
    ),
    "section.decision": "Entscheidung",
    "section.claim": "Was zugesichert wird",
    "section.ceiling": "Was ein Angreifer höchstens erreichen kann",
    "section.budget": "Das Budget dieser Personen",
    "section.attacks": "Angriffe",
    "section.small-groups": "Kleine Gruppen und Werte außerhalb der Listen",
    "section.usefulness": "Wofür sich die Daten eignen",
    "section.relations": "Personen, ihre Zeilen und die Zeit",
    "section.unprotected": "Was nicht geschützt ist",
    "section.frames": "Prüflisten zu Recht und Organisation: wo die Belege stehen",
    "section.provenance": "Woher diese Freigabe stammt",
    "section.comparison": "Neben der vorigen Freigabe",
    "section.signatures": "Stellungnahme, Entscheidung, Unterschriften",
    "section.findings": "Alle Befunde",
    "section.attack-details": "Angriff für Angriff",
    "section.policy": "Die Richtlinie im Wortlaut",
    "section.limits": "Grenzwerte und ihre Quellen",
    "section.columns": "Spalte für Spalte",
    "section.asked": "Was die echten Daten gefragt wurden",
    "section.glossary": "Begriffe",
    "translation.unreviewed": "Diese Übersetzung wurde nicht geprüft.",
    "translation.binding.en": "Maßgeblich ist der englische Bericht (report.en.html).",
    "translation.binding.de": "Maßgeblich ist der deutsche Bericht (report.de.html).",
    "see": "Siehe Abschnitt {number}",
    "evidence": "Beleg",
}

_CODES = {
    "status.pass": "Bestanden",
    "status.review": "Zu\N{NO-BREAK SPACE}prüfen",
    "status.block": "Gesperrt",
    "status.inside": "Nur im Zentrum",
    "status.untested": "Nicht\N{NO-BREAK SPACE}geprüft",
    "status.unknown": "Nicht\N{NO-BREAK SPACE}bekannt",
    "status.few": "Zu wenige ({n} zurückgehalten)",
    "fitness.fit": "Geeignet",
    "fitness.near": "Mit\N{NO-BREAK SPACE}Vorsicht",
    "fitness.care": "Mit\N{NO-BREAK SPACE}Vorsicht",
    "fitness.unfit": "Ungeeignet",
    "fitness.unknown": "Nicht gemessen",
    "audience.public": "zur öffentlichen Freigabe",
    "audience.registered": "für registrierte Empfänger",
    "audience.secure_environment": "zur Nutzung in einer gesicherten Umgebung",
    "unit.patient": "eine Person",
    "unit.patient_year": "ein Jahr einer Person",
    "unit.visit": "ein Besuch",
    "unit.row": "eine Zeile",
    "unit.promise.patient": "Eine Person mit allen ihren Zeilen, die hinzukommt oder wegfällt",
    "unit.promise.tables": "Eine Person mit allen ihren Zeilen in allen Tabellen, die hinzukommt oder wegfällt",
    "unit.promise.patient_year": "Ein Jahr einer Person, nicht die ganze Person",
    "unit.promise.visit": "Ein Besuch, nicht die ganze Person",
    "unit.promise.row": "Eine Zeile, nicht die ganze Person",
    "evidence.doc": "Dokumentation",
    "evidence.clinical": "klinischem Wissen",
    "evidence.schema": "einem typisierten Schema",
    "evidence.assumed": "einer Annahme",
    "role.quasi_identifier": "kann anderen bekannt sein",
    "role.sensitive": "sensibel",
    "role.attribute": "Merkmal",
    "normalise.exact": "Byte für Byte",
    "normalise.strip": "nach dem Entfernen von Leerzeichen an beiden Enden",
    "normalise.strip_upper": "nach dem Entfernen von Leerzeichen an beiden Enden und in Großbuchstaben",
    "attack.focal": "Likelihood-Quotient, durch Insider",
    "attack.focal_outsider": "Likelihood-Quotient, durch Außenstehende",
    "attack.dcr": "Abstand zur nächsten synthetischen Zeile",
    "attack.dcr_difference": "Nächste synthetische Zeile gegen nächste Person",
    "attack.domias": "Dichte der Freigabe gegen die Bevölkerung",
    "attack.gen_lra": "Likelihood der synthetischen Zeilen ringsum",
    "attack.classifier": "Klassifikator: synthetische Zeile oder Person",
    "attack.combined": "Alle Angriffe Außenstehender, in einem Wert",
    "attack.shadow": "Das Ratespiel um eine einzige Person",
    "attack.nearest": "Genaue und nahe Treffer bei seltenen Zeilen",
    "attack.small_cells": "Allein mit den eigenen Quasi-Identifikatoren",
    "attack.singling_out": "Aussondern durch Beschreibungen",
    "attack.linkability": "Verknüpfen zweier Teile eines Datensatzes",
    "attack.inference": "Ein Geheimnis aus ähnlichen Zeilen erschließen",
    "attack.linkage": "Abgleich mit einem Namensregister",
    "attack.whole_person": "Ähnlichste synthetische Person",
    "attack.shared_runs": "Zeilenfolgen, die nur eine Person hat",
    "attack.known_events": "Finden einer Person über wenige Ereignisse",
    "attack.event_sets": "Aussondern durch Gruppen von Ereignissen",
    "attack.linked_tables": "Verknüpfen zweier Tabellen einer Person",
    "attack.row_secret": "Ein Geheimnis einer Zeile erschließen",
    "story.focal": (
        "Ein Insider hat bereits die Angaben zu 9 von 10 Personen in den Daten, zu 9 von 10 vergleichbaren "
        "Unbeteiligten und zu der Person, um die es geht. Er fragt, ob die Freigabe besser zu einer Welt mit dieser "
        "Person passt als zu einer ohne sie."
    ),
    "story.focal_outsider": (
        "Ein Außenstehender hat die Angaben zu der Person, um die es geht, und zu einigen Menschen, die nicht "
        "teilgenommen haben. Er stellt dieselbe Frage: Passt die Freigabe besser zu einer Welt mit dieser Person als "
        "zu einer ohne sie?"
    ),
    "story.dcr": (
        "Der Angreifer sucht die synthetische Zeile, die einer bekannten Person am nächsten kommt: Verdächtig nah "
        "heißt „war in den Daten“."
    ),
    "story.dcr_difference": (
        "Eine seltene Person ist weit von der Freigabe entfernt, ob sie in den Daten ist oder nicht. Darum fragt der "
        "Angreifer, was einer Person näher ist: eine synthetische Zeile oder jemand, der nicht teilgenommen hat."
    ),
    "story.domias": (
        "Der Angreifer sucht Stellen, an denen synthetische Zeilen dichter liegen als Menschen, die nicht teilgenommen "
        "haben: Dort könnte das Syntheseverfahren einzelne Personen gelernt haben."
    ),
    "story.gen_lra": (
        "Der Angreifer fragt, wie viel wahrscheinlicher die synthetischen Zeilen nahe einer Person werden, wenn die "
        "Bevölkerung diese Person einmal mehr enthält."
    ),
    "story.classifier": (
        "Ein Klassifikator lernt, synthetische Zeilen von Menschen zu unterscheiden, die nicht teilgenommen haben. Wen "
        "er für synthetisch hält, den hält der Angreifer für eine Person in den Daten."
    ),
    "story.combined": (
        "Ein einziger Wert aus allen Angriffen Außenstehender. Die Gewichte wurden an Übungsfreigaben festgelegt, "
        "bevor über jemanden geurteilt wurde. So wird nicht im Nachhinein der beste Angriff ausgesucht."
    ),
    "story.shadow": (
        "Der Angreifer kennt alle anderen und das Verfahren. Für jede von wenigen auffälligen Personen erzeugt er "
        "viele Freigaben mit und ohne sie, lernt den Unterschied und beurteilt dann weitere."
    ),
    "story.nearest": (
        "Der Angreifer kennt alle Spalten der Zeile einer Person, einer seltenen Zeile, und sucht ihre Kopie in der "
        "Freigabe."
    ),
    "story.small_cells": (
        "Der Angreifer kennt wenige Spalten, die eine Person von allen anderen unterscheiden, und sucht synthetische "
        "Zeilen mit denselben Werten. Stimmen sie alle in einem Geheimnis überein, hält er es für das der Person."
    ),
    "story.singling_out": (
        "Der Angreifer hat nur die Freigabe. Er nimmt Beschreibungen, die auf genau eine synthetische Zeile passen, "
        "etwa eine Altersgruppe mit einer seltenen Diagnose, und behauptet, jede passe auf genau eine Person in den "
        "Daten."
    ),
    "story.linkability": (
        "Der Angreifer hat zwei Dateien über Personen ohne gemeinsame Namen, jede mit einem Teil ihrer Spalten. Er "
        "fragt bei zwei Einträgen, ob die Freigabe sie verbindet: Ist dieselbe synthetische Zeile beiden am "
        "ähnlichsten?"
    ),
    "story.inference": (
        "Der Angreifer kennt die Quasi-Identifikatoren einer Person (oder alle Spalten bis auf eine), sieht sich die "
        "ähnlichsten synthetischen Zeilen an und behauptet ein Geheimnis, wenn vier von fünf darin übereinstimmen."
    ),
    "story.linkage": (
        "Der Angreifer hat ein Register mit Namen und Quasi-Identifikatoren aller Menschen. Hat genau eine "
        "synthetische Zeile die Quasi-Identifikatoren einer Person, behauptet er, ihre Geheimnisse seien die der "
        "Person."
    ),
    "story.whole_person": (
        "Der Angreifer kennt alle Zeilen einer Person in allen Tabellen, ihre Reihenfolge und die Tage "
        "dazwischen. Er sucht die synthetische Person, die am meisten mit ihr gemeinsam hat: Auffällig "
        "ähnlich heißt „war in den Daten“."
    ),
    "story.shared_runs": (
        "Der Angreifer kennt alle Zeilen einer Person in ihrer Reihenfolge, sucht fünf aufeinanderfolgende, "
        "die keine andere echte Person hat, und durchsucht alle synthetischen Personen danach."
    ),
    "story.known_events": (
        "Der Angreifer kennt drei Zeilen einer Person, aus beliebigen Tabellen. Hat genau eine synthetische "
        "Person sie alle, behauptet er, auch deren übrige Zeilen seien die der Person."
    ),
    "story.event_sets": (
        "Der Angreifer hat nur die Freigabe. Er nimmt zwei bis vier Zeilen, die genau eine synthetische "
        "Person zusammen hat, und behauptet, dass genau eine Person in den Daten sie hat."
    ),
    "story.linked_tables": (
        "Der Angreifer hat zwei Dateien ohne gemeinsame Namen, jede mit einer Tabelle derselben Menschen, und "
        "fragt bei zwei Einträgen, ob die Freigabe sie verbindet: Ist eine synthetische Person beiden am "
        "ähnlichsten?"
    ),
    "story.row_secret": (
        "Der Angreifer kennt alles von einer Person außer einem Wert in einer Zeile, betrachtet solche Zeilen "
        "der ähnlichsten synthetischen Personen und behauptet den Wert, in dem vier von fünf übereinstimmen."
    ),
    "remark.focal": (
        "Die Zählungen der Freigabe werden mit denen der Personen verglichen, deren Angaben der Angreifer hat."
    ),
    "remark.focal_outsider": (
        "Die Zählungen der Freigabe werden mit denen zurückgehaltener Personen verglichen, die selbst nicht Ziel sind."
    ),
    "remark.dcr": (
        "Diese Suche findet Kopien von Zeilen. Sie ist kein Maß für den Datenschutz und sieht nicht, was durch "
        "Zählungen durchsickert."
    ),
    "remark.dcr_difference": (
        "Abstände zur Freigabe werden mit Abständen zu zurückgehaltenen Personen verglichen. Das findet Kopien, sonst "
        "wenig."
    ),
    "remark.domias": (
        "Die Dichte der Freigabe um jede Person wird mit der Dichte zurückgehaltener Personen verglichen, die selbst "
        "nicht Ziel sind."
    ),
    "remark.gen_lra": (
        "Die synthetischen Zeilen nahe jeder Person werden unter einer Bevölkerung mit und ohne diese Person "
        "verglichen."
    ),
    "remark.classifier": (
        "Ein Klassifikator hat gelernt, synthetische Zeilen von denen zurückgehaltener Personen zu unterscheiden, die "
        "selbst nicht Ziel sind."
    ),
    "remark.combined_held_out": (
        "Sechs Angriffe in einem Wert. Die Gewichte wurden vorab aus Freigaben gelernt, die aus zurückgehaltenen "
        "Personen erzeugt wurden; diese sind nicht Ziel."
    ),
    "remark.combined_made_up": (
        "Sechs Angriffe in einem Wert. Die Gewichte wurden vorab aus Freigaben gelernt, die aus erfundenen Personen "
        "erzeugt wurden; diese sind nicht Ziel."
    ),
    "remark.most_everybody": "Von den {groups} vorab benannten Gruppen fallen alle Personen zusammen am meisten auf.",
    "remark.most_isolated": (
        "Von den {groups} vorab benannten Gruppen fallen die am weitesten abseits liegenden Personen am meisten auf."
    ),
    "remark.most_quasi_identifier_singletons": (
        "Von den {groups} vorab benannten Gruppen fallen Personen am meisten auf, die mit ihren Quasi-Identifikatoren "
        "allein sind."
    ),
    "remark.most_rare_levels": (
        "Von den {groups} vorab benannten Gruppen fallen Personen mit den seltensten Werten am meisten auf."
    ),
    "remark.most_most_rows": (
        "Von den {groups} vorab benannten Gruppen fallen Personen mit den meisten Zeilen am meisten auf."
    ),
    "remark.shadow": (
        "Der schlechteste Wert von {members} auffälligen Personen in den Daten, aus {releases} Freigaben mit und ohne "
        "die jeweilige Person; alle anderen sind dem Angreifer bekannt."
    ),
    "remark.nearest_exact": (
        "Von den Personen mit einer Zeile, die sonst niemand annähernd hat, der Anteil, der in der Freigabe gefunden "
        "wird (keine Spalte weicht ab), über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.nearest_one": (
        "Von den Personen mit einer Zeile, die sonst niemand annähernd hat, der Anteil, der in der Freigabe gefunden "
        "wird (höchstens 1 Spalte weicht ab), über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.nearest_several": (
        "Von den Personen mit einer Zeile, die sonst niemand annähernd hat, der Anteil, der in der Freigabe gefunden "
        "wird (höchstens {columns} Spalten weichen ab), über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.small_cells_keys": (
        "Anteil der Personen, die sich durch die Quasi-Identifikatoren von allen anderen unterscheiden und zu einer "
        "eigenen synthetischen Zeile führen, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.small_cells_rest": (
        "Anteil der Personen, die sich durch alle Spalten außer den Geheimnissen von allen anderen unterscheiden und "
        "zu einer eigenen synthetischen Zeile führen, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.small_cells_all": (
        "Anteil der Personen, die sich durch alle Spalten von allen anderen unterscheiden und zu einer eigenen "
        "synthetischen Zeile führen, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.singling_out": (
        "Anteil der Personen, auf die eine Beschreibung aus der Freigabe passt und auf sonst niemanden in den Daten, "
        "über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.linkability_keys": (
        "Anteil der Personen, bei denen die Freigabe zwei Teile verknüpft (die Quasi-Identifikatoren und alle übrigen "
        "Spalten), über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.linkability_halves": (
        "Anteil der Personen, bei denen die Freigabe zwei Teile verknüpft (zwei Hälften der Spalten), über das hinaus, "
        "was bei Unbeteiligten geschieht."
    ),
    "remark.inference": (
        "Anteil der behaupteten Geheimnisse, die stimmen, bei Personen in den Daten über den bei Unbeteiligten hinaus. "
        "Was bei beiden richtig erraten wird, ist Wissen über die Bevölkerung."
    ),
    "remark.linkage_keys": (
        "Anteil der Personen, deren einziger Treffer in der Freigabe nach den Quasi-Identifikatoren ihre Geheimnisse "
        "richtig angibt, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.linkage_rest": (
        "Anteil der Personen, deren einziger Treffer in der Freigabe nach den Spalten, nach denen nicht gefragt wird, "
        "ihre Geheimnisse richtig angibt, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.whole_person": (
        "Verglichen werden ganze Personen, nach dem Gewicht der Zeilen, die sie gemeinsam haben. Diese Suche "
        "findet Kopien von Personen. Was über Zählungen durchsickert, sieht sie nicht."
    ),
    "remark.shared_runs": (
        "Anteil der Personen mit einer Zeilenfolge, die sonst niemand hat, bei denen eine synthetische Person "
        "sie auch hat, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.known_events": (
        "Anteil der Personen, bei denen der Angreifer über wenige Zeilen eine weitere richtig findet, über "
        "das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.event_sets": (
        "Anteil der Personen, auf die eine Gruppe von Zeilen aus der Freigabe passt und auf sonst niemanden "
        "in den Daten, über das hinaus, was bei Unbeteiligten geschieht."
    ),
    "remark.linked_tables": (
        "Anteil der Personen, bei denen die Freigabe zwei Tabellen verknüpft, über das hinaus, was bei "
        "Unbeteiligten geschieht."
    ),
    "remark.row_secret": (
        "Anteil der behaupteten Werte einer Zeile, die stimmen, bei Personen in den Daten über den bei "
        "Unbeteiligten hinaus. Was bei beiden richtig erraten wird, ist Wissen über die Bevölkerung."
    ),
    "statistic.auc": "AUC",
    "statistic.excess_share": "Anteil über Zufall",
    "statistic.excess_precision": "Treffsicherheit über Zufall",
    "attack_status.passed": "Bestanden",
    "attack_status.leak": "Leck",
    "attack_status.not_resolvable": "Nicht auflösbar",
    "attack_status.invalid": "Ungültig",
    "control.copy_with_noise": "Kopie mit etwas Rauschen",
    "control.synthesizer_without_noise": "Synthese ohne Rauschen",
    "control.overfitted_sequence": "Synthese, die Einzelne auswendig lernt",
    "control.verbatim_rows": "echte Zeilen, versteckt",
    "control.one_percent_verbatim": "1 von 100 Zeilen echt",
    "control.verbatim_copy": "die echten Zeilen selbst",
    "control.label_permutation": "Zugehörigkeit vertauscht",
    "control.held_out_as_members": "Unbeteiligte statt Beteiligter",
    "control.people_with_noise": "Personen mit etwas Rauschen kopiert",
    "control.one_percent_of_people": "1 von 100 Personen echt",
    "control_data.real": "echte Personen",
    "control_data.surrogate": "erfundene Personen",
    "rate.fpr": "{share} fälschlich verdächtigt",
    "rate.rare_near": "Seltene Zeilen, fast genau getroffen",
    "rate.rare_exact": "Seltene Zeilen, genau getroffen",
    "rate.all_near": "Alle Personen, fast genau getroffen",
    "rate.all_exact": "Alle Personen, genau getroffen",
    "rate.replicated_unique": (
        "Personen, die mit ihren Quasi-Identifikatoren allein sind und eine eigene synthetische Zeile haben (repU)"
    ),
    "rate.replicated_among_unique": "Dasselbe, von denen, die allein sind",
    "rate.unique_and_present": (
        "Personen, die mit ihren Quasi-Identifikatoren allein sind, wo diese auch in der Freigabe vorkommen (UiOiS)"
    ),
    "rate.disclosed": (
        "Personen, bei denen die synthetischen Zeilen mit ihren Quasi-Identifikatoren in {column} übereinstimmen "
        "(DiSCO)"
    ),
    "rate.closer": (
        "Näher an der Freigabe als Personen der anderen Gruppe (DCR, 50\N{NARROW NO-BREAK SPACE}% ohne Leck)"
    ),
    "rate.more_outstanding": (
        "Nächste Zeile hebt sich stärker ab als in der anderen Gruppe (NNDR, 50\N{NARROW NO-BREAK SPACE}% ohne Leck)"
    ),
    "rate.everybody": "Alle, einer von zehn Unbeteiligten verdächtigt",
    "rate.isolated": "1 von 100, am weitesten abseits",
    "rate.quasi_identifier_singletons": "Personen, die allein sind mit dem, was andere wissen können",
    "rate.rare_levels": "5 von 100, mit den seltensten Werten",
    "rate.most_rows": "5 von 100, mit den meisten Zeilen",
    "rate.nearest_half_as_far": "Nächste Zeile halb so weit wie die zweite",
    "rate.singled_out": "Ausgesonderte Personen",
    "rate.isolating": "Beschreibungen, die auf genau eine von ebenso vielen Personen passen",
    "rate.isolating_one_column": "Dasselbe, aus einer Spalte",
    "rate.isolating_several_columns": "Dasselbe, aus 2 bis 4 Spalten",
    "rate.linked": "Personen, deren zwei Teile verknüpft wurden",
    "rate.claimed": "Personen, über die etwas behauptet wurde",
    "rate.right_claim": "Personen, über die die Behauptung stimmte",
    "rate.right_if_claimed": "Richtig, von den Behauptungen",
    "rate.guesser": "Raten ohne die Freigabe",
    "rate.secret": "Richtig, von den Behauptungen über {column}",
    "rate.runs": "Personen mit fünf eigenen Zeilen in Folge, gefunden",
    "rate.timed_runs": "Dasselbe mit vier Zeilen und den Tagen dazwischen",
    "rate.whole_tables": "Dasselbe mit allen Zeilen einer Tabelle",
    "rate.all_runs": "Alle Personen, über fünf Zeilen in Folge gefunden",
    "outcome.detected": "Gefunden, wie es sein muss",
    "outcome.missed": "Verfehlt: Der Test ist ungültig",
    "outcome.weak": "Verfehlt; die Aussicht, es zu sehen, war {power}",
    "outcome.quiet": "Still, wie es sein muss",
    "outcome.alarm": "Fehlalarm: Der Test ist ungültig",
    "limit.epsilon_release": "ε einer Freigabe",
    "limit.epsilon_lifetime": "ε aller Freigaben über diese Personen",
    "limit.delta_times_patients": "δ mal Zahl der Personen",
    "limit.membership_auc_lower_over_ceiling": (
        "Angriff auf die Zugehörigkeit: unteres Ende des Intervalls geteilt durch die Obergrenze"
    ),
    "limit.exact_match_excess_upper": "Treffer über den Zufall hinaus: oberes Ende des Intervalls",
    "limit.mean_tvd_two_way": "Mittlerer Abstand der Tabellen zweier Spalten",
    "limit.outside_domain_share": "Anteil einer Ausprägung für Werte außerhalb des erklärten Wertebereichs",
    "limit.source.epsilon_release": (
        "10: Ende der Stufe 2 nach Ponomareva et al. (2023), arXiv:2303.00654; 3: eigene Festlegung"
    ),
    "limit.source.epsilon_lifetime": "eigene Festlegung",
    "limit.source.delta_times_patients": "δ deutlich unter eins geteilt durch die Zahl der Personen",
    "limit.source.membership_auc_lower_over_ceiling": (
        "über der Obergrenze ist unmöglich, es sei denn, das Programm ist falsch"
    ),
    "limit.source.exact_match_excess_upper": (
        "0,09: Praxis von EMA und Health Canada, zitiert nach El Emam et al. (2020)"
    ),
    "limit.source.mean_tvd_two_way": "eigene Festlegung: Brauchbarkeit für Tabellen zweier Spalten",
    "limit.source.outside_domain_share": (
        "eigene Festlegung: Ein erklärter Wertebereich soll die meisten Werte enthalten"
    ),
    "purpose.one_way": "Tabellen einer Spalte",
    "purpose.selection": "welche Paare gemessen werden",
    "purpose.pairs": "Tabellen zweier Spalten oder erneut gezählte Spalten",
    "purpose.utility": "Kennzahl der Brauchbarkeit",
    "purpose.ranks": "Tabellen dazu, welche Werte zu einem Code gehören",
    "purpose.sizes": "wie viele Zeilen Personen haben",
    "purpose.total": "Zahl der Zeilen",
    "purpose.rounds": "Tabellen, die das Modell noch falsch hatte, in Runden",
    "purpose.marginals": "erklärte Tabellen",
    "purpose.again": "was das Modell noch falsch hat",
    "purpose.critic": "Training des Kritikers",
    "note.rows_read": "Gelesene Zeilen",
    "note.rows_left_out": "Ausgelassene Zeilen, deren Felder nicht zur Kopfzeile passten",
    "note.rows_without_id": "Verworfene Zeilen ohne Kennung",
    "note.rows_without_person": (
        "Zeilen ohne Kennung, ohne Person, ohne übergeordnete Zeile, oder zweite Zeilen, wo eine hingehört"
    ),
    "note.rows_cut": "Zeilen, die wegen der Höchstzahl je Person wegfielen",
    "note.rows_not_laid_out": "Zeilen ohne Welle, oder zweite einer Person und Welle",
    "note.people_train": "Personen, mit denen trainiert wurde",
    "note.people_reference": "Zurückgehaltene Personen, erste Hälfte",
    "note.people_control": "Zurückgehaltene Personen, zweite Hälfte (Negativkontrolle: eine Hälfte gegen die andere)",
    "note.rows_train": "Zeilen, mit denen trainiert wurde",
    "note.rows_reference": "Zeilen zurückgehaltener Personen, erste Hälfte",
    "note.rows_control": "Zeilen zurückgehaltener Personen, zweite Hälfte",
    "level.absent": "keine Zeile in dieser Welle",
    "level.not_yet": "noch nicht",
    "level.yes": "ja",
    "level.no": "nein",
    "level.missing": "fehlt",
    "level.true": "ja",
    "level.false": "nein",
    "level.bin": "{first} bis {last}",
    "column.type.category": "Werteliste",
    "column.type.boolean": "ja oder nein",
    "column.type.integer": "ganze Zahlen in Klassen",
    "column.type.real": "Zahlen in Klassen",
    "column.type.date": "Tage in Kalenderklassen",
    "column.type.offset": "Tage seit einem anderen Datum, in Klassen",
}

_DECISION = {
    "verdict.pass": "Keine Regel spricht gegen diese Freigabe",
    "verdict.review.one": "Keine Regel sperrt diese Freigabe. {n} Punkt ist zu beurteilen",
    "verdict.review.other": "Keine Regel sperrt diese Freigabe. {n} Punkte sind zu beurteilen",
    "verdict.block.one": "Diese Freigabe ist aus {n} Grund gesperrt",
    "verdict.block.other": "Diese Freigabe ist aus {n} Gründen gesperrt",
    "verdict.public.pass": "Von {rules} Regeln über öffentliche Werte spricht keine gegen diese Freigabe",
    "verdict.public.review.one": (
        "Von {rules} Regeln über öffentliche Werte sperrt keine diese Freigabe. {n} Punkt ist zu beurteilen"
    ),
    "verdict.public.review.other": (
        "Von {rules} Regeln über öffentliche Werte sperrt keine diese Freigabe. {n} Punkte sind zu beurteilen"
    ),
    "decision.meaning.pass": (
        "Ob für diese Daten das Datenschutzrecht gilt, wird hier nicht beurteilt; das ist Sache der oder des "
        "Datenschutzbeauftragten und des Verantwortlichen."
    ),
    "decision.meaning.review": (
        "Ob für diese Daten das Datenschutzrecht gilt, wird hier nicht beurteilt; das ist Sache der oder des "
        "Datenschutzbeauftragten und des Verantwortlichen."
    ),
    "decision.meaning.block": (
        "So darf nichts hinausgehen. Eine Sperre lässt sich hier nicht aufheben; nötig ist ein neuer Lauf oder eine "
        "neue Richtlinie."
    ),
    "decision.scope.internal": "",
    "decision.scope.public": (
        "Berechnet nur aus Werten, die das Zentrum verlassen dürfen. Tests an echten Personen, im Zentrum beurteilt: "
        "{attacks}."
    ),
    "decision.what": "Was hinausgeht",
    "decision.what.text": (
        "1 Tabelle mit {columns} Spalten und einem erfundenen Schlüssel, {rows} synthetische Zeilen; dieser Bericht in "
        "seiner öffentlichen Ausgabe, seine Zahlen (facts.json), die Richtlinie und das Manifest; kein Modell"
    ),
    "decision.what.tables": (
        "{tables} Tabellen, die zusammengehören, mit {columns} Spalten und erfundenen Schlüsseln, zusammen {rows} "
        "synthetische Zeilen; dieser Bericht in seiner öffentlichen Ausgabe, seine Zahlen (facts.json), die "
        "Richtlinie und das Manifest; kein Modell"
    ),
    "decision.whom": "An wen",
    "decision.whom.text": "{recipients} ({audience})",
    "decision.purpose": "Wozu",
    "decision.unit": "Geschützt",
    "decision.unprotected": "Nicht geschützt",
    "decision.unprotected.text": (
        "Gruppen wie Familien oder Praxen; was für die Bevölkerung gilt; die Tatsache der Freigabe. <a "
        'href="#unprotected">Alles dazu</a>'
    ),
    "decision.risk": "Risiko",
    "decision.benefit": "Nutzen",
    "decision.points.internal": "Ihre Punkte",
    "decision.points.public": "Zu beurteilende Punkte",
    "decision.more.one": 'und {n} weiterer unter <a href="#findings">Alle Befunde</a>',
    "decision.more.other": 'und {n} weitere unter <a href="#findings">Alle Befunde</a>',
    "decision.sign": "Stellungnahme und Entscheidung",
    "decision.unsigned": "Noch nicht unterschrieben",
    "decision.elsewhere": "Entscheidung: siehe signatures/",
    "decision.about": "Betroffene",
    "decision.about.text": (
        "Höchstens {people} Personen; {sensitive} sensible Spalten, {recognise} zum Wiedererkennen geeignete"
    ),
    "decision.missing": "Nicht angegeben",
    "decision.missing.text": '<strong class="warn">{what}</strong>',
    "missing.basis": "Rechtsgrundlage",
    "missing.dpia": "Datenschutz-Folgenabschätzung (DSFA)",
    "tile.release": "Was diese Freigabe über jemanden verraten kann",
    "tile.release.value": "ε {epsilon}",
    "tile.release.unit": "bei δ {delta}",
    "tile.release.meaning": (
        "Ein Angreifer, der {accused} von {people} Unbeteiligten fälschlich verdächtigen darf, findet <b>im Mittel</b> "
        "höchstens <b>{found}</b> von {people} Personen in den Daten. Durch Raten findet er {accused}."
    ),
    "tile.release.chart": "Höchstens {found} von {people} Personen gefunden, bei {accused} fälschlich Verdächtigten",
    "tile.lifetime": "Alle Freigaben über diese Personen",
    "tile.lifetime.unit": "des Gesamtbudgets",
    "tile.lifetime.meaning": (
        "Gezählt in ρ, weil sich ε nicht addiert. Mit dieser Freigabe ε <b>{total}</b> von {limit}, nach der "
        "vorsichtigeren Regel des Budgetbuchs. {history}"
    ),
    "tile.lifetime.demo": (
        "Gezählt in ρ, weil sich ε nicht addiert. ε <b>{total}</b> von {limit}, nach der vorsichtigeren Regel des "
        "Budgetbuchs. Budgetbuch einer Vorführung: Andere Freigaben über diese Personen zählt es nicht. {history}"
    ),
    "tile.lifetime.committed.one": "{n} frühere Freigabe.",
    "tile.lifetime.committed.other": "{n} frühere Freigaben.",
    "tile.lifetime.open.one": "{n} abgebrochener Lauf, verbucht.",
    "tile.lifetime.open.other": "{n} abgebrochene Läufe, verbucht.",
    "tile.lifetime.imported.one": "{n} ohne dieses Programm erstellte Freigabe.",
    "tile.lifetime.imported.other": "{n} ohne dieses Programm erstellte Freigaben.",
    "tile.lifetime.unbounded": (
        "<b>Die Summe ist unbekannt</b>: Eine frühere Freigabe war nicht differenziell privat. Die übrigen: ε "
        "<b>{total}</b> von {limit}."
    ),
    "tile.lifetime.chart": "{used} des Gesamtbudgets verbraucht, davon {release} durch diese Freigabe",
    "tile.attack": "Stärkster ausgeführter Angriff auf die Zugehörigkeit",
    "tile.pairs": "{value}",
    "tile.pairs.unit": "von 100 Paaren richtig beurteilt",
    "who.focal": (
        "Durch einen Insider mit Angaben zu 9 von 10 Personen in den Daten, 9 von 10 vergleichbaren Unbeteiligten und "
        "der Person, um die es geht."
    ),
    "who.focal_outsider": (
        "Durch einen Außenstehenden, der die Angaben zu der Person, um die es geht, und zu einigen Menschen hat, die "
        "nicht teilgenommen haben."
    ),
    "who.dcr": "Durch jemanden, der nach Kopien sucht.",
    "who.dcr_difference": (
        "Durch jemanden, der nach Kopien sucht und die Angaben zu einigen Menschen hat, die nicht teilgenommen haben."
    ),
    "who.domias": (
        "Durch einen Außenstehenden, der die Dichte der Freigabe mit der von Menschen vergleicht, die nicht "
        "teilgenommen haben."
    ),
    "who.gen_lra": (
        "Durch einen Außenstehenden, der die synthetischen Zeilen ringsum mit Menschen vergleicht, die nicht "
        "teilgenommen haben."
    ),
    "who.classifier": (
        "Durch einen Außenstehenden, dessen Klassifikator synthetische Zeilen von Menschen unterscheidet, die nicht "
        "teilgenommen haben."
    ),
    "who.combined": (
        "Durch einen Außenstehenden mit sechs Angriffen in einem Wert, der die Angaben zu einigen Menschen hat, die "
        "nicht teilgenommen haben."
    ),
    "who.shadow": (
        "Durch jemanden, der alle anderen und das Verfahren kennt, über eine der auffälligsten Personen. Paare sind "
        "hier Paare von Freigaben, mit und ohne diese Person."
    ),
    "tile.attack.meaning": (
        "{who} Münzwurf: {baseline}. Höchstens lässt das Budget <b>{ceiling}</b> zu. Intervall ({confidence}): {low} "
        "bis {high}.{better}"
    ),
    "tile.attack.better": " Besser als Raten, innerhalb der Obergrenze.",
    "tile.attack.chart": "{value} von 100, Intervall {low} bis {high}, Raten {baseline}, Obergrenze {ceiling}",
    "tile.attack.none": "Kein gültiger Angriff auf die Zugehörigkeit",
    "tile.attack.none.meaning": (
        "Die Zahl ist die Obergrenze des Budgets, kein Test: Von 100 Paaren aus einer Person in den Daten und einer "
        "unbeteiligten lassen sich höchstens {ceiling} richtig beurteilen. Münzwurf: 50."
    ),
    "tile.ceiling": "Die Obergrenze für jeden Angriff auf diese Freigabe",
    "tile.ceiling.meaning": (
        "Vor eine Person in den Daten und eine unbeteiligte gestellt, wählt ein Angreifer in höchstens "
        "<b>{ceiling}</b> von 100 Fällen die richtige. Münzwurf: 50. Tests an echten Personen bleiben im Zentrum."
    ),
    "tile.ceiling.chart": "Höchstens {ceiling} von 100 Paaren richtig beurteilt; Münzwurf 50",
    "risk.price": "Kosten dieser Freigabe und der Spielraum δ",
    "risk.lifetime": "Kosten aller Freigaben über diese Personen",
    "risk.noise": "Rauschen und Abrechnung; keine Ausnahme erklärt",
    "risk.unit": "Geschützte Einheit ist eine ganze Person",
    "risk.membership": "Kein Zugehörigkeitsangriff über der Obergrenze belegt",
    "risk.reidentification": "Nicht mehr Treffer, als der Grenzwert erlaubt",
    "risk.attacks": "Angriffstests: Kontrollen erfüllt",
    "risk.inside": "Angriffstests an echten Personen",
    "risk.few": "Angriffstests bei wenig falschem Verdacht",
    "risk.untested.both": "Verknüpfen mit anderen Daten; Erschließen eines Merkmals",
    "risk.untested.linkage": "Verknüpfen mit anderen Daten",
    "risk.untested.inference": "Erschließen eines Merkmals",
    "benefit.one_way": "Tabellen einer Spalte",
    "benefit.two_way": "Tabellen zweier Spalten",
    "benefit.near": "{what} (vom Grenzwert kaum zu unterscheiden)",
    "benefit.outside_domain": "Werte passen zu Listen und Bereichen",
    "benefit.candidates": "Nächster von {number} Mechanismen nach verrauschten Abständen; die Kosten zählen alle",
    "benefit.histories": "Verläufe einer Person über die Zeit",
}

_FINDINGS = {
    "finding.more": " und {n} weitere",
    "finding.rehearsal.block": "Dies ist ein Probelauf mit erfundenen Daten. Es ist keine Freigabe.",
    "finding.noise.pass": "Das schützende Rauschen kam von {value} und wurde ohne festen Startwert gezogen.",
    "finding.noise.block": (
        "Ein Testschalter hat das schützende Rauschen festgelegt ({value}). Das Ergebnis schützt niemanden und ist "
        "keine Freigabe."
    ),
    "finding.unprotected.pass": "Es wurde kein Schritt außerhalb der Zusicherung erklärt.",
    "finding.unprotected.block": (
        "Ungeschützt: {value} erklärte Tatsachen über echte Personen liegen außerhalb der Zusicherung."
    ),
    "finding.claim.pass": "Das verwendete Rauschen hält die Zusage ein: ε {value} von {claimed} bei δ {delta}.",
    "finding.claim.block": (
        "Das verwendete Rauschen hält die Zusage nicht ein: ε {value} statt {claimed} bei δ {delta}."
    ),
    "finding.epsilon_release.pass": (
        "Diese Freigabe kostet ε {value}; bis {pass_limit} hat die Richtlinie keine Einwände."
    ),
    "finding.epsilon_release.review": (
        "Diese Freigabe kostet ε {value}, mehr als {pass_limit}: Ist das für diesen Empfängerkreis gerechtfertigt?"
    ),
    "finding.epsilon_release.block": (
        "Diese Freigabe kostet ε {value}; der Grenzwert der Richtlinie ist {review_limit}."
    ),
    "finding.epsilon_lifetime.pass": (
        "Alle Freigaben zusammen kosten diese Personen ε {value}; bis {pass_limit} hat die Richtlinie keine Einwände."
    ),
    "finding.epsilon_lifetime.review": (
        "Alle Freigaben zusammen kosten diese Personen ε {value}, mehr als {pass_limit}: Ist das gerechtfertigt?"
    ),
    "finding.epsilon_lifetime.unknown": (
        "Dieses Budgetbuch gehört zu einer Vorführung: Andere Freigaben über diese Personen sind nicht bekannt. ε "
        "{value} umfasst nur {covered}."
    ),
    "finding.epsilon_lifetime.unbounded": (
        "Summe unbekannt: Eine frühere Freigabe war nicht differenziell privat. ε {value} umfasst die übrigen. Ist "
        "das vertretbar?"
    ),
    "finding.covers.release": "diese Freigabe",
    "finding.covers.ledger": "die Freigaben in diesem Budgetbuch",
    "finding.epsilon_lifetime.block": (
        "Alle Freigaben zusammen kosten diese Personen ε {value}; der Grenzwert der Richtlinie ist {review_limit}."
    ),
    "finding.delta.pass": (
        "δ mal die größtmögliche Zahl der Personen ist {value}; bis {pass_limit} hat die Richtlinie keine Einwände."
    ),
    "finding.delta.review": (
        "δ mal die größtmögliche Zahl der Personen ist {value}, mehr als {pass_limit}: ein kleineres δ wählen?"
    ),
    "finding.delta.block": (
        "δ mal die größtmögliche Zahl der Personen ist {value}; der Grenzwert der Richtlinie ist {review_limit}."
    ),
    "finding.unit.pass": "Geschützte Einheit ist {unit} mit allen Zeilen.",
    "finding.unit.review": "Geschützte Einheit ist {unit}, nicht eine ganze Person: Reicht das?",
    "finding.legal.pass": "Die Richtlinie nennt eine Rechtsgrundlage und eine Datenschutz-Folgenabschätzung.",
    "finding.legal.review": "Fehlt in der Richtlinie: {missing}.",
    "finding.two_way_free.pass": (
        "Tabellen zweier Spalten liegen im Mittel {value} Punkte von den verrauschten Antworten entfernt ({marginals} "
        "gemessene Paare; {floor} Punkte kämen allein vom Rauschen). Grenzwert {pass_limit}."
    ),
    "finding.two_way_free.review": (
        "Tabellen zweier Spalten liegen im Mittel {value} Punkte von den verrauschten Antworten entfernt, mehr als "
        "{pass_limit} ({marginals} gemessene Paare; {floor} Punkte kämen allein vom Rauschen): brauchbar genug?"
    ),
    "finding.two_way_free.block": (
        "Tabellen zweier Spalten liegen im Mittel {value} Punkte von den verrauschten Antworten entfernt ({marginals} "
        "gemessene Paare; {floor} Punkte kämen allein vom Rauschen); der Grenzwert der Richtlinie ist {review_limit}."
    ),
    "finding.two_way_paid.pass": (
        "Alle {marginals} Tabellen zweier Spalten liegen im Mittel {value} Punkte (Rauschen {sd}) von den echten Daten "
        "entfernt; Grenzwert {pass_limit}."
    ),
    "finding.two_way_paid.review": (
        "Alle {marginals} Tabellen zweier Spalten liegen im Mittel {value} Punkte (Rauschen {sd}) von den echten Daten "
        "entfernt, mehr als {pass_limit}: brauchbar genug?"
    ),
    "finding.two_way_paid.block": (
        "Alle {marginals} Tabellen zweier Spalten liegen im Mittel {value} Punkte (Rauschen {sd}) von den echten Daten "
        "entfernt; der Grenzwert der Richtlinie ist {review_limit}."
    ),
    "finding.two_way_unknown.review": (
        "Keine Tabelle zweier Spalten wurde gemessen: Über Zusammenhänge zwischen Spalten ist nichts bekannt."
    ),
    "finding.outside_domain.pass": (
        "In keiner Spalte liegen deutlich mehr als {pass_limit} der Zeilen auf einer Ausprägung für fehlende, nicht "
        "gelistete oder an den Rand gesetzte Werte."
    ),
    "finding.outside_domain.review": (
        "{level}{more} Ob das auf die Personen zutrifft oder Werte falsch gelesen werden, hat das Zentrum zu "
        "beurteilen."
    ),
    "finding.level.missing": "{column}: {value} der Zeilen haben keinen Wert (Grenzwert {limit}).",
    "finding.level.other": (
        "{column}: {value} der Zeilen haben einen Wert, der nicht auf der Liste steht (Grenzwert {limit})."
    ),
    "finding.level.edge": (
        "{column}: {value} der Zeilen liegen in der Klasse am Rand des Wertebereichs (Grenzwert {limit})."
    ),
    "finding.level.more": " Ebenso: {columns}{more}.",
    "finding.attack_passed.pass": (
        "{subject}: {value} ({low} bis {high}). Nicht besser als Raten, soweit dieser Test es sehen kann; {detectable} "
        "oder mehr hätte er in 8 von 10 Fällen gesehen."
    ),
    "finding.attack_passed.above": (
        "{subject}: {value} ({low} bis {high}). <b>Besser als Raten</b> und innerhalb dessen, was das Budget zulässt "
        "({ceiling})."
    ),
    "finding.attack_passed.unlimited": (
        "{subject}: {value} ({low} bis {high}). <b>Besser als Raten</b>; für diese Zahl setzt das Budget keine "
        "Obergrenze."
    ),
    "finding.attack_leak.block": (
        "{subject}: {value} liegt über dem, was das Budget zulässt. Etwas hält nicht, was es zusagt."
    ),
    "finding.attack_not_resolvable.review": (
        "{subject}: Mit {people} zurückgehaltenen Personen hätte der Test alles unter {detectable} übersehen können. "
        "Er belegt weder das eine noch das andere; genügt die Obergrenze?"
    ),
    "finding.attack_invalid.block": "{subject}: Eine Kontrolle ist fehlgeschlagen, darum sagen die Zahlen nichts aus.",
    "finding.attack_absent.review": "{subject}: Die Richtlinie verlangt diesen Angriff; er wurde nicht ausgeführt.",
    "finding.membership_ceiling.pass": (
        "{subject}: Das untere Ende des Intervalls, {low}, liegt nicht über der Obergrenze von {ceiling}."
    ),
    "finding.membership_ceiling.review": (
        "{subject}: Das untere Ende des Intervalls, {low}, liegt über der Obergrenze von {ceiling}."
    ),
    "finding.membership_ceiling.block": (
        "{subject}: Das untere Ende des Intervalls, {low}, liegt über der Obergrenze von {ceiling}. Etwas hält nicht, "
        "was es zusagt."
    ),
    "finding.match_excess.pass": (
        "{subject}: höchstens {value} der {trials} über den Zufall hinaus; bis {pass_limit} hat die Richtlinie keine "
        "Einwände."
    ),
    "finding.match_excess.review": (
        "{subject}: bis zu {value} der {trials} über den Zufall hinaus, mehr als {pass_limit}: Ist das für diesen "
        "Empfängerkreis vertretbar?"
    ),
    "finding.match_excess.block": (
        "{subject}: bis zu {value} der {trials} über den Zufall hinaus; der Grenzwert der Richtlinie ist "
        "{review_limit}."
    ),
    "finding.audit.pass": (
        "Ein Audit mit erfundenen Personen, {runs} Läufe je Seite, verträgt sich mit der Zusicherung (größtes "
        "gezeigtes ε {shown}, möglich {possible})."
    ),
    "finding.audit.review": (
        "Das Audit der Zusicherung hatte nur {runs} Läufe je Seite und hätte viel übersehen können: Ist ein längeres "
        "nötig (dpsynth audit)?"
    ),
    "finding.integrity.pass": (
        "Jede synthetische Zeile hält Schlüssel, Verweise, Daten, Grenzen und Listen der Richtlinie ein."
    ),
    "finding.integrity.block": (
        "An {value} Stellen brechen synthetische Zeilen Schlüssel, Verweise, Daten, Grenzen oder Listen der Richtlinie."
    ),
    "finding.audit.block": "Ein Audit mit erfundenen Personen widerspricht der Zusicherung.",
    "finding.trials.excess_share": "Personen",
    "finding.trials.excess_precision": "Behauptungen",
    "findings.source": "Quelle des Grenzwerts: {source}.",
    "findings.lead": "Jede angewandte Regel, die schwerwiegendste zuerst.",
}

_CLAIM = {
    "candidates.title": "Mehrere Mechanismen wurden versucht",
    "candidates.lead": (
        "{number} Mechanismen haben je eine synthetische Tabelle erzeugt. Die Kosten dieser Freigabe sind die von "
        "allen und die der verrauschten Abstände hier; die Zusicherung gilt für alles zusammen. {chosen} wird "
        "freigegeben, weil der verrauschte Abstand am kleinsten ist. Nach etwas anderem wurde für die Wahl nicht "
        "gesehen."
    ),
    "candidates.note": (
        "Abstände sind Mittel über alle Paare von Spalten, in Punkten je 100 Zeilen. Wo sich zwei um weniger als das "
        "Dreifache des Rauschens unterscheiden, kann der Zufall entschieden haben. Der kleinste von mehreren "
        "verrauschten Abständen ist im Mittel etwas zu klein."
    ),
    "candidates.table": "Versuchte Mechanismen",
    "candidates.share": "Anteil am Budget",
    "candidates.released": "Freigegeben",
    "candidates.yes": "ja",
    "candidates.no": "nein",
    "claim.lead": (
        "Dieses Blatt folgt der Gliederung von NIST SP 800-226: was zugesichert wird, für wen es gilt und was es "
        "untergraben könnte."
    ),
    "claim.caption": "Blatt der Zusicherung",
    "claim.definition": "Definition",
    "claim.definition.text": (
        "Gaußsche Differential Privacy mit μ = {mu}. Das ist (ε, δ)-Differential Privacy mit ε = {epsilon} bei δ = "
        "{delta}; zugesagt ist ε = {claimed}: Die Zeilen einer Person verändern die Wahrscheinlichkeit jedes "
        "Ergebnisses höchstens um den Faktor {factor} (e hoch ε), abgesehen von δ. In der Einheit, die sich über "
        "Freigaben addiert: ρ = {rho} (zCDP); für sich allein umgerechnet ergibt das ε = {zcdp}."
    ),
    "claim.definition.sampled": (
        "(ε, δ)-Differential Privacy mit ε = {epsilon} bei δ = {delta}; zugesagt ist ε = {claimed}: Die Zeilen einer "
        "Person verändern die Wahrscheinlichkeit jedes Ergebnisses höchstens um den Faktor {factor} (e hoch ε), "
        "abgesehen von δ. Ein Teil dieser Freigabe wurde aus zufälligen Stichproben von Personen gelernt, sodass "
        "kein einzelnes μ oder ρ sie beschreibt; im Budgetbuch steht ihre Rényi-Divergenz einer Ordnung."
    ),
    "claim.unit": "Geschützte Einheit",
    "claim.unit.text": (
        "{unit}. Die Zusicherung gilt gleichermaßen für Personen, die in den Daten sind, und für Personen, die es "
        "nicht sind."
    ),
    "claim.bound": "Höchstzahl je Einheit",
    "claim.bound.text": (
        "Höchstens {rows} Zeilen einer Einheit werden verwendet. Überzählige fallen zufällig weg, Einheit für Einheit, "
        "bevor irgendetwas gemessen wird. Die Höchstzahl beruht auf {bound_source} und steht in der Richtlinie."
    ),
    "claim.bound.waves": (
        "Alle Zeilen einer Einheit werden als eine Zeile gezählt, {waves} Wellen nebeneinander und eine Zeile aus "
        "jeder; eine zweite Zeile einer Einheit und Welle bleibt außer Betracht. Die Anordnung steht in der Richtlinie."
    ),
    "claim.bound.tables": (
        "Von einer Einheit werden höchstens so viele Zeilen gezählt: {bounds}. Welche, bestimmt der Zufall, Einheit "
        "für Einheit und Tabelle für Tabelle, bevor irgendetwas gemessen wird. Die übrigen werden nicht gezählt, gehen "
        "aber in das ein, was je Einheit einmal gezählt wird (Zahl der Zeilen, erste Tage, Zusammenfassungen), und in "
        "das, was eine gezählte Zeile über die Zeile davor sagt. Die Höchstzahlen stehen in der Richtlinie."
    ),
    "claim.neighbours": "Benachbarte Daten",
    "claim.neighbours.text": (
        "Zwei Datenbestände, die sich um eine Einheit unterscheiden, die hinzukommt oder wegfällt. Eine Einheit durch "
        "eine andere zu ersetzen zählt als zwei solche Schritte."
    ),
    "claim.delta": "Spielraum über ε hinaus",
    "claim.delta.text": (
        "Die Wahrscheinlichkeit jedes Ergebnisses darf die Grenze, die ε setzt, um höchstens δ = {delta} "
        "überschreiten. Faustregel: δ mal die größte Zahl der Personen, {patients}, ist {expected}; das sollte "
        "deutlich unter 1 liegen."
    ),
    "claim.adversary": "Angreifer",
    "claim.adversary.text": (
        "Darf das Programm, die Richtlinie und die Angaben zu jeder anderen Person kennen und unbegrenzt rechnen, nur "
        "nicht die Zufallszahlen des Betriebssystems vorhersagen. Wer mehrere Freigaben zusammenführt: Es gilt die "
        "Summe aus Abschnitt 4. Dem Zentrum selbst wird vertraut."
    ),
    "claim.composition": "Zusammensetzung",
    "claim.composition.text": (
        "Alles, was diese Freigabe gefragt hat, wird zusammengezählt. Alle Freigaben über die Personengruppe "
        "<b>{population}</b> teilen sich ein Gesamtbudget."
    ),
    "claim.outside": "Außerhalb der Zusicherung",
    "claim.outside.text": (
        "Wertebereiche, Grenzen, Klassen, Grenzwerte und der Abfrageplan stehen in der Richtlinie und lagen fest, "
        "bevor Daten geöffnet wurden. Erklärte Tatsachen außerhalb der Zusicherung: {statements}."
    ),
    "claim.after": "Nach dem Rauschen",
    "claim.after.text": (
        "Anpassen, Ziehen und alles in der öffentlichen Ausgabe verwenden nur verrauschte Antworten. Das kann die "
        "Zusicherung nicht schwächen."
    ),
    "claim.build": "Umsetzung",
    "claim.build.text": (
        "Rauschen: {sampler}, ganze Zahlen auf einem feinen Gitter, ohne festen Startwert. Der Unterschied zwischen "
        "dem Gitter und idealem Rauschen beträgt höchstens {eta} und ist in ε und δ enthalten. ε wird aufgerundet, der "
        "Rest eines Budgets abgerundet."
    ),
    "training.title": "Was aus Stichproben von Personen gelernt wurde",
    "training.lead": (
        "Ein Kritiker, ein Netz, das Datensätze von synthetischen Zeilen unterscheidet, wurde mit DP-SGD trainiert: "
        "stochastischem Gradientenabstieg mit Differential Privacy. Der Kritiker selbst gehört nicht zur "
        "Freigabe."
    ),
    "training.sampling": "Stichproben",
    "training.sampling.text": (
        "{steps} Schritte. In jedem ist jede Person mit der Wahrscheinlichkeit {rate} in der Stichprobe, unabhängig "
        "von allen anderen. Wer in einer Stichprobe war und wie viele, bleibt geheim; ein Schritt ohne Personen ist "
        "ein Schritt wie jeder andere. Keine Stichprobe wird abgeschnitten: Eine große bekommt eine zweite Tabelle."
    ),
    "training.bound": "Grenze und Rauschen",
    "training.bound.text": (
        "Was eine Person zu einem Schritt beiträgt, wird auf eine Länge von höchstens 1 verkleinert, was immer der "
        "Datensatz enthält. Die Summe bekommt Gaußsches Rauschen mit der Standardabweichung {sigma} in jeder "
        "Koordinate."
    ),
    "training.constants": "Konstanten",
    "training.constants.text": (
        "Wahrscheinlichkeit, Rauschen, Zahl der Schritte und alle Größen standen für alle Schritte fest, bevor Daten "
        "geöffnet wurden. Keine wird aus der Zahl der Personen in den Daten oder in einer Stichprobe berechnet; "
        "keine echte Zeile hat entschieden, wann das Training endete."
    ),
    "training.accounting": "Buchung",
    "training.accounting.text": (
        "Die Schritte und alle anderen Fragen werden als eine einzige Verteilung des Privatheitsverlusts "
        "zusammengesetzt, auf einem Gitter, das δ eher zu groß als zu klein macht. Die Schritte allein hätten ε = "
        "{alone}."
    ),
    "training.proven": "Bewiesen",
    "training.proven.text": (
        "Mit reellen Zahlen: dass keine Person mehr als die Grenze beiträgt, dass Stichproben genau die angegebene "
        "Wahrscheinlichkeit haben und dass dieses Rauschen ε und δ dieses Abschnitts ergibt. Die fernen Enden des "
        "Rauschens, die seine Zufallsbits nicht erreichen, sind bezahlt: {ends} von δ."
    ),
    "training.open": "Nicht bewiesen",
    "training.open.text": (
        "Dass die Gleitkommazahlen eines Rechners dasselbe tun. Längen und Summen werden mit einem Spielraum von 1 "
        "zu 10 000 für Rundung berechnet. Was hinausgeht, ist eine ganze Zahl auf einem öffentlichen Gitter, sodass "
        "ihre letzten Stellen nichts sagen; aber ihr Rauschen folgt der Gaußschen Verteilung nur bis auf Rundung. "
        "Das exakte Rauschen der Tabellen ist für das Training zu langsam. Wie lange ein Schritt dauert, bleibt "
        "nicht verborgen, wenn jemand den Rechner beobachtet."
    ),
    "training.random": "Zufallszahlen",
    "training.random.text": (
        "Stichproben und Rauschen: {bits}, eine Chiffre unter einem frischen Schlüssel vom Generator des "
        "Betriebssystems für jede Ziehung, ohne festen Startwert. Niemand kann sie wiederholen, ohne die Chiffre zu "
        "brechen."
    ),
    "training.signal": "Signal und Rauschen",
    "training.signal.text": (
        "Das Rauschen eines Schritts ist {ratio}-mal so lang wie das längste Signal, das ein Schritt tragen kann "
        "(σ√P/B mit P = {parameters} und B = {batch}). Nahe 1 und darüber lernt ein Kritiker nichts, und die Daten "
        "sind so gut wie die bezahlten Tabellen allein."
    ),
    "training.check": "Prüfung nach dem Training",
    "training.check.mean": (
        "Der trainierte Generator wurde mit den verrauschten Tabellen verglichen, die schon bezahlt waren; das "
        "kostet nichts. Er stimmt mit ihnen überein und wurde behalten: Die Daten stammen von ihm."
    ),
    "training.check.halfway": (
        "Der trainierte Generator wurde mit den verrauschten Tabellen verglichen, die schon bezahlt waren; das "
        "kostet nichts. Am Ende lag er weiter daneben als ihr Rauschen; behalten wurde deshalb sein Stand nach der "
        "Hälfte der Schritte, der mit ihnen übereinstimmt."
    ),
    "training.check.marginals": (
        "Der trainierte Generator wurde mit den verrauschten Tabellen verglichen, die schon bezahlt waren; das "
        "kostet nichts. Er lag weiter daneben als ihr Rauschen und wurde deshalb <b>verworfen</b>: Die Daten stammen "
        "aus den Tabellen allein. Die Kosten des Trainings bleiben trotzdem verbraucht."
    ),
    "training.check.other": (
        "Ein anderer Kandidat kam den Daten nach den bezahlten Abständen näher; die Daten stammen deshalb von jenem. "
        "Die Kosten des Trainings bleiben trotzdem verbraucht."
    ),
    "training.check.distances": (
        "Mittlerer quadratischer Abstand von den Zellen der bezahlten Tabellen, in Einheiten ihres Rauschens (die "
        "Wahrheit liegt bei etwa 1): {mean} am Ende des Trainings, {halfway} nach der Hälfte der Schritte, "
        "{marginals} für die Tabellen allein. Bis {limit} wird ein trainierter Generator behalten."
    ),
    "training.deleted": "Gelöscht",
    "training.deleted.text": (
        "Der Kritiker, das Gedächtnis seines Optimierers und alle verrauschten Gradienten. Sie stehen in keiner "
        "Datei der Freigabe oder des Laufs."
    ),
    "audit.title": "Wurde die Zusicherung auf die Probe gestellt?",
    "audit.lead": (
        "Ja, nur mit erfundenen Personen: Das Programm hat eine kleine Tabelle wieder und wieder mit und ohne eine von "
        "ihnen gemessen, und ein Angreifer, der alles außer dem Rauschen kennt, hat versucht, beides zu unterscheiden. "
        "Wäre ihm das öfter gelungen, als die Zusicherung erlaubt, gäbe es diese Freigabe nicht."
    ),
    "audit.table": "Was das Audit zeigen konnte (bei δ = {delta})",
    "audit.promise": "Zusicherung",
    "audit.claim": "ε = {epsilon}",
    "audit.shown": "Größtes gezeigtes ε",
    "audit.possible": "Größtes, das es hätte zeigen können",
    "audit.runs": "Läufe des Messschritts, je Seite",
    "audit.whole": "Läufe ab der Rohtabelle, je Seite und Person",
    "audit.outcome": "Ergebnis",
    "audit.not_run": "keine",
    "audit.consistent": "Verträgt sich mit der Zusicherung",
    "audit.contradicted": "Widerspricht der Zusicherung",
    "audit.several": (
        "Das Audit hat drei eigene Tabellen (Personen, Aufenthalte der Personen, Werte der Aufenthalte); die "
        "erfundene Person kommt oder geht mit allen Zeilen in allen."
    ),
    "audit.people.one": "Die erfundene Person gleicht niemandem: Sie ist am schwersten zu verbergen.",
    "audit.people.other": "Die erfundenen Personen waren von {people} Arten, jede auf ihre Weise schwer zu verbergen.",
    "audit.mutants": (
        "Dasselbe Audit wurde an Programmen mit einem bekannten Fehler durchgeführt (zu wenig Rauschen, ein aus den "
        "Daten gelesener Wertebereich und andere): Es hat {caught} von {mutants} entdeckt."
    ),
    "audit.no_mutants": (
        "Programme mit einem bekannten Fehler wurden mit dieser Freigabe nicht zusammen geprüft; ein volles Audit "
        "prüft sie."
    ),
    "audit.not_whole": (
        "Wiederholt wurde nur der Messschritt; der Weg von der Rohtabelle dorthin wurde einmal je Seite gegangen, "
        "nicht in jedem Lauf."
    ),
    "audit.second": (
        "Auch ε = {epsilon} wird geprüft: Fehler des Maßstabs hängen nicht von ε ab und sind dort leichter zu sehen."
    ),
    "audit.limits": (
        "Ein Audit kann einer Zusicherung widersprechen; beweisen kann es sie nicht. Sein Angreifer sieht jede "
        "verrauschte Antwort; wer die Freigabe angreift, sieht einige davon und was aus allen berechnet wurde. "
        "„Größtes gezeigtes ε“ ist eine untere Grenze mit 95\N{NARROW NO-BREAK SPACE}% Sicherheit; es liegt also unter "
        "der Zusicherung, wenn alles in Ordnung ist. „Größtes, das es hätte zeigen können“: Mit so vielen Läufen ließe "
        "sich von keinem Programm mehr zeigen, auch nicht von einem ohne Rauschen."
    ),
    "ceiling.lead": (
        "Diese Grenzen gelten für jeden Angriff <b>auf diese Freigabe allein</b>, bekannt oder nicht, wenn Abschnitt 2 "
        "gilt (eine Kennung ist eine Person, Programm und Zufallszahlen arbeiten richtig). Sie sind <b>Mittelwerte "
        "über das Rauschen</b>. Für alle Freigaben zusammen siehe Abschnitt 4. Stellen Sie sich {people} Personen in "
        "den Daten und {people} Unbeteiligte vor und einen Angreifer, der {accused} der Unbeteiligten fälschlich "
        "verdächtigt."
    ),
    "ceiling.guessing": "<b>{accused}</b> von {people} durch Raten gefunden, ohne die Freigabe",
    "ceiling.guessing.chart": "{people} Personen in den Daten, {accused} durch Raten gefunden",
    "ceiling.reached": (
        "<b>{found}</b> von {people} im Mittel höchstens gefunden, durch den besten Angriff auf diese Freigabe"
    ),
    "ceiling.reached.chart": "{people} Personen in den Daten, höchstens {found} gefunden",
    "ceiling.legend.found": "gefunden",
    "ceiling.legend.person": "nicht gefunden",
    "ceiling.table": (
        "Was ein Angreifer unter {people} Personen in den Daten und {people} Unbeteiligten höchstens findet"
    ),
    "ceiling.accused": "Fälschlich verdächtigte Unbeteiligte, von {people}",
    "ceiling.guess": "Durch Raten gefundene Personen",
    "ceiling.found": "Höchstens gefundene Personen, von {people}",
    "ceiling.right": "Höchstens zutreffende Verdächtigungen",
    "ceiling.right.note": (
        "Zutreffende Verdächtigungen sind vor dem Runden berechnet, bei ebenso vielen Unbeteiligten wie Personen in "
        "den Daten."
    ),
    "ceiling.of100": "{n} von 100",
    "ceiling.pairs": (
        "Vor eine Person in den Daten und eine unbeteiligte gestellt, wählt ein Angreifer in höchstens {auc} von 100 "
        "Fällen die richtige. Vor eine einzige Person gestellt, mit dem Wissen, dass die Aussicht eins zu eins steht, "
        "urteilt er in höchstens {accuracy} von 100 Fällen richtig."
    ),
    "ceiling.remark": (
        "Hier geht es darum zu erkennen, <em>ob</em> eine Person in den Daten ist. Was eine Freigabe sonst über eine "
        "Person verrät, weil sie teilgenommen hat, ist auf dieselbe Weise begrenzt. Über das, was für alle mit "
        "denselben Merkmalen gilt, sagt es nichts."
    ),
    "roc.chart": (
        "Kurve der Obergrenze: gefundene Personen gegen fälschlich verdächtigte Unbeteiligte, Fläche höchstens {auc}"
    ),
    "roc.caption": "Angriffe können nur in der getönten Fläche liegen. Die Diagonale ist Raten.",
    "roc.caption.measured": (
        "Angriffe können nur in der getönten Fläche liegen. Die Diagonale ist Raten; Punkte sind an echten Personen "
        "gemessen."
    ),
    "roc.x": "Fälschlich verdächtigte Unbeteiligte",
    "roc.y": "Gefundene Personen",
    "roc.y.most": "Höchstens gefundene Personen",
    "roc.ceiling": "Obergrenze",
    "roc.guess": "Raten",
    "roc.table": "Punkte der Obergrenze",
}

_BUDGET = {
    "budget.lead": (
        "Jede Freigabe über dieselben Personen schärft den Blick eines Angreifers ein wenig. Die Personengruppe "
        "<b>{population}</b> hat ein Gesamtbudget von ε {limit} bei δ {delta}. Nach "
        "dieser Freigabe ist ε {total} verbraucht: <b>{used}</b> des Budgets. Es bleiben <b>{left}</b>."
    ),
    "budget.demo": (
        "Dies ist das Wegwerf-Budgetbuch einer Vorführung. Es kennt keine andere Freigabe über diese Personen; auf "
        "diese Summe ist darum kein Verlass."
    ),
    "budget.chart": "{used} des Gesamtbudgets verbraucht, {left} übrig",
    "budget.caption": "Gesamtbudget der Personengruppe {population}, in der Einheit, die sich addiert (ρ)",
    "budget.table": "Abbuchungen vom Gesamtbudget",
    "budget.entry": "Freigabe",
    "budget.date": "Datum",
    "budget.state": "Stand",
    "budget.epsilon": "ε für sich",
    "budget.share": "Anteil am Budget",
    "budget.two_epsilons": (
        "Warum zwei Zahlen für diese Freigabe: ε {release} sind die genauen Kosten dessen, was gefragt wurde, beim δ "
        "der Freigabe; ε {alone} bucht das Budgetbuch ab, nach der gröberen Regel, die wahr bleibt, wie auch immer "
        "spätere Freigaben gewählt werden."
    ),
    "budget.add": (
        "ε mehrerer Freigaben addiert sich nicht, Anteile am Budget schon. Abbuchungen werden aufgerundet und nie "
        "erstattet, sobald Daten geöffnet wurden."
    ),
    "budget.head": (
        "Budgetbuch: Eintrag {sequence}, Kettenprüfsumme {head}. Ein Lauf schreibt mehrere Einträge: seine Kosten, das "
        "Öffnen der Daten, sein Ende; der erste Lauf über diese Personen auch ihr Budget. Einträge über andere "
        "Personen zählen mit."
    ),
    "ledger.committed": "freigegeben oder bereit",
    "ledger.open": "abgebrochener Lauf, verbucht",
    "ledger.void": "nie geöffnet, nicht verbucht",
    "ledger.imported": "ohne dieses Programm erstellt, verbucht",
    "ledger.unknown": "unbekannt",
    "budget.unbounded": (
        "<b>Was alle Freigaben über diese Personen zusammen kosten, ist unbekannt.</b> Eine frühere Freigabe war nicht "
        "differenziell privat; keine Zahl begrenzt, was sie preisgab. Die Zusage gilt für die übrigen Freigaben: Nur "
        "sie werden hier zusammengezählt."
    ),
    "budget.unchanged": (
        "Erhöht wird ein Budget nur mit zwei Unterschriften, der des Datenschutzes und der der Freigabe, und mit "
        "einer Begründung. Jede Erhöhung steht hier für immer; es gab keine."
    ),
    "budget.changes": (
        "Erhöht wird ein Budget nur mit zwei Unterschriften, der des Datenschutzes und der der Freigabe, und mit "
        "einer Begründung. Jede Änderung steht hier für immer:"
    ),
    "budget.change.raise": (
        "{date}, Eintrag {sequence} des Budgetbuchs: <b>erhöht</b> von ε {old} bei δ {old_delta} auf ε {new} bei δ "
        "{new_delta}. Datenschutzbeauftragte und Freigabeverantwortliche haben unterschrieben; Namen und Begründung "
        "stehen im Budgetbuch."
    ),
    "budget.change.lower": (
        "{date}, Eintrag {sequence} des Budgetbuchs: <b>gesenkt</b> von ε {old} bei δ {old_delta} auf ε {new} bei δ "
        "{new_delta}. Unterschrieben hat, wer es auch erhöhen darf; Name und Begründung stehen im Budgetbuch."
    ),
    "ledger.release": "diese Freigabe",
    "ledger.this": "diese Freigabe",
    "ledger.left": "übrig",
}

_ATTACKS = {
    "attacks.lead": (
        "Die folgenden Angriffe wurden im Zentrum auf diese Freigabe ausgeführt, an Personen, die in den Daten waren, "
        "und an Personen, die zurückgehalten und nie zum Training verwendet wurden. Ein Test zählt nur, wenn seine "
        "Kontrollen erfüllt sind: Wo absichtlich ein Leck eingebaut wurde, muss er es finden, und wo keines sein kann, "
        "muss er still bleiben."
    ),
    "attacks.words": (
        "Erfundene Personen werden aus der Richtlinie gezogen; keine echte ist darunter. AUC ist der Anteil richtig "
        "beurteilter Paare. Das Intervall bei „Zugehörigkeit vertauscht“ ist die Spanne von 200 Vertauschungen."
    ),
    "attacks.people": (
        "In dieser Freigabe gehören die Zeilen einer Person zusammen. Angriffe auf einzelne Datensätze sehen "
        "einen Datensatz je Person (was alle Zeilen zusammen sagen: Anzahlen, erste Tage, Zusammenfassungen), "
        "Angriffe auf ganze Personen alle Zeilen aller Tabellen."
    ),
    "attacks.few": (
        "Nur {control} Personen wurden zurückgehalten. Das genügt für den Gesamtwert (AUC), aber nicht, um zu messen, "
        "was ein Angreifer findet, der nur 1 von 100 oder 1 von 1000 Unbeteiligten verdächtigt; dort zählt allein die "
        "Obergrenze."
    ),
    "attacks.not_run": "Nicht ausgeführt: {what}.",
    "attacks.not_run.linkage": "Angriffe, die die Freigabe mit anderen Daten verknüpfen",
    "attacks.not_run.inference": "Angriffe, die ein unbekanntes Merkmal einer Person erschließen",
    "attacks.not_run.both": (
        "Angriffe, die die Freigabe mit anderen Daten verknüpfen, und Angriffe, die ein unbekanntes Merkmal einer "
        "Person erschließen"
    ),
    "attacks.public": (
        "Aus dieser Freigabe allein kann kein Angriff, bekannt oder nicht, im Mittel mehr als {auc} von 100 Paaren aus "
        "einer Person in den Daten und einer unbeteiligten richtig beurteilen (Münzwurf: 50). Diese Obergrenze folgt "
        "aus dem Rauschen, nicht aus einem Test, und setzt voraus, was Abschnitt 2 sagt."
    ),
    "attacks.public.why": (
        "Die folgenden Angriffe werden vor einer Freigabe im Zentrum ausgeführt. Ihre Ergebnisse sehen echte Personen "
        "ohne Schutz an, darum bleiben sie dort; aus genauen Testergebnissen wurden schon Datensätze rekonstruiert."
    ),
    "attacks.public.table": (
        "Angriffe, die im Zentrum ausgeführt werden, von der Richtlinie genannt oder voreingestellt"
    ),
    "attacks.name": "Wo",
    "attacks.story": "Was der Angreifer tut",
    "attacks.result": "Ergebnis",
    "attacks.public.ceiling": "Höchstens richtig beurteilte Paare",
    "attacks.on": "Ausgeführt an",
    "attacks.on_release": "diese Freigabe, echte Personen",
    "attacks.interval": "Intervall",
    "attacks.range": "{low} bis {high}",
    "attacks.ceiling": "Obergrenze",
    "attacks.ceiling.excess_share": "Höchstens über Zufall",
    "attacks.ceiling.rate": "Obergrenze am oberen Ende des Intervalls",
    "attacks.ceiling.found": "Höchstens gefundene Personen",
    "attacks.ceiling.note": (
        "Der wahre Anteil falscher Verdächtigungen ist nur bis auf sein Intervall bekannt; die Obergrenze ist darum am "
        "oberen Ende genommen. Abschnitt 3 gibt sie für genaue Anteile an."
    ),
    "attacks.ceiling.hidden": "nicht gedruckt",
    "attacks.no_ceiling": "keine ableitbar",
    "attacks.outcome": "Ergebnis",
    "attacks.row.positive": "{name} (muss gefunden werden)",
    "attacks.row.negative": "{name} (muss still bleiben)",
    "attacks.chart": "Angriffe und Kontrollen, {statistic}; Raten erreicht {baseline}; Zahlen in der Tabelle darunter",
    "attacks.caption": "Was jeder Angriff erreicht hat, mit Intervall.",
    "attacks.caption.auc": (
        "AUC: Anteil der Paare aus einer Person in den Daten und einer unbeteiligten, die richtig beurteilt werden, "
        "von 0,5 (Münzwurf) bis 1 (immer)."
    ),
    "attacks.caption.excess_share": (
        "Anteil der Personen, die ausgesondert, verknüpft oder getroffen werden, über das hinaus, was Unbeteiligte "
        "zufällig zeigen."
    ),
    "attacks.caption.excess_precision": (
        "Anteil der Behauptungen des Angreifers, die stimmen, über Personen in den Daten, über den bei Unbeteiligten "
        "hinaus. Was von beiden richtig gesagt wird, ist Wissen über die Bevölkerung."
    ),
    "attacks.details": (
        'Was jeder Angreifer tut und weiß, alle Kontrollen und alle Personengruppen: <a href="#attack-details">Angriff '
        "für Angriff</a>."
    ),
    "attacks.overview": "Angriffe auf diese Freigabe: {statistic}",
    "attacks.table": "{attack}: auf diese Freigabe, und wo die Wahrheit bekannt ist",
    "attacks.controls": "Kontrollen",
    "attacks.controls.held": "{held} von {all} wie nötig",
    "attacks.controls.weak": "{held} von {all} wie nötig, die übrigen zu schwach für ein Urteil",
    "attacks.controls.failed": "{held} von {all} wie nötig",
    "attacks.power": (
        "{members} Personen in den Daten, {control} zurückgehalten; Intervalle zum Niveau {confidence}. Raten erreicht "
        "{baseline}. Ein Leck von {detectable} oder mehr ({statistic}) hätte der Test mit 80\N{NARROW NO-BREAK SPACE}% "
        "Wahrscheinlichkeit gefunden; kleinere kann er übersehen haben."
    ),
    "attacks.rates": "{attack}: Anteile der Personen",
    "attacks.point": "Wo",
    "attacks.members": "Personen in den Daten",
    "attacks.control": "Zurückgehaltene Personen",
    "attacks.p": "p\N{NON-BREAKING HYPHEN}Wert",
    "attacks.rate": "{share} ({low} bis {high})",
    "attacks.under": "unter {share}",
    "attacks.over": "über {share}",
    "attacks.more_often": "{power}. Öfter gefunden als Unbeteiligte; unter der Obergrenze.",
    "attacks.rare": (
        "{share} von 100 Personen haben eine Zeile, die keine andere Person annähernd hat. Der Angreifer kennt alle "
        "Spalten der Zeile."
    ),
    "attacks.unresolved": "zu wenige Personen",
    "attacks.resolved": "genug Personen",
    "attacks.too_small": "nicht gedruckt: Gruppe zu klein",
    "attacks.power.head": "Trennschärfe",
    "legend.attack": "Angriff mit Intervall",
    "legend.guess": "Raten",
    "legend.ceiling": "Obergrenze des Budgets",
    "legend.positive": "Kontrolle, die gefunden werden muss",
    "legend.negative": "Kontrolle, die still bleiben muss",
    "legend.noisy": "verrauschte Antwort",
    "legend.noise": "± 2 SD des Rauschens",
    "legend.synthetic": "synthetische Zeilen",
}

_USE = {
    "noise.sd": "SD des Rauschens",
    "small.lead": (
        "{rare} von {levels} Ausprägungen sind so selten, dass das Rauschen sie verdeckt: Ihre verrauschte Zahl liegt "
        "unter drei Standardabweichungen des Rauschens (höchstens {below} Zeilen). Was die synthetischen Zeilen dort "
        "zeigen, ist Zufall."
    ),
    "small.lead.internal": (
        " In dieser Ausgabe stehen Zahlen und Anteile aus weniger als {minimum} echten Personen, aber nicht null, als "
        "Spanne; Unterschiede von Anteilen und AUC nicht."
    ),
    "small.table": "Ausprägungen, die das Rauschen verdeckt",
    "small.column": "Spalte",
    "small.levels": "Ausprägungen",
    "small.rare": "Verdeckt",
    "small.synthetic": "Synthetische Zeilen dort",
    "small.none": "Jede Ausprägung hebt sich klar vom Rauschen ab.",
    "outside.title": "Werte außerhalb der erklärten Listen und Bereiche",
    "outside.lead": (
        "Nicht gelistete Werte werden eine eigene Ausprägung, Werte außerhalb eines Bereichs werden an dessen Rand "
        "gesetzt. Anteile deutlich über {limit} werfen die Frage auf, ob Liste oder Bereich passen. Eine Randklasse "
        "enthält auch die Werte, die dorthin gehören. Anteile und Rauschen in Prozent der Zeilen{noise}."
    ),
    "outside.noise": "; SD des Rauschens überall {sd}",
    "outside.table": "Verrauschte Anteile der Zeilen auf solchen Ausprägungen, größte zuerst",
    "outside.level": "Ausprägung",
    "outside.kind": "Art",
    "outside.share": "Anteil",
    "outside.other": "nicht gelistet",
    "outside.missing": "fehlend",
    "outside.edge": "Rand des Bereichs",
    "outside.more.one": (
        '{n} weitere Ausprägung dieser Art hat einen kleineren Anteil; siehe <a href="#columns">Spalte für Spalte</a>.'
    ),
    "outside.more.other": (
        '{n} weitere Ausprägungen dieser Art haben kleinere Anteile; siehe <a href="#columns">Spalte für Spalte</a>.'
    ),
    "outside.none": "Keine Spalte hat eine solche Ausprägung.",
    "use.lead": "Ob die Daten helfen, hängt von der Frage ab. Diese Antworten gelten für die Tabelle als Ganzes.",
    "use.title": "Geeignet für, ungeeignet für",
    "use.code": "Auswertungsprogramme schreiben und testen",
    "use.code.text": "Spalten, Typen und Schlüssel sind die der Richtlinie.",
    "use.one_way": "Tabellen einer Spalte",
    "use.one_way.text": "Jede Spalte wurde gemessen.",
    "use.one_way.dates": (
        "Jede Spalte wurde gemessen außer {dates}: Was die Tabellen von diesem Datum zeigen, ergibt sich aus ersten "
        "Tagen und den Tagen zwischen Zeilen."
    ),
    "use.two_way": "Tabellen zweier Spalten",
    "use.two_way.text": (
        "{measured} von {pairs} Paaren wurden direkt gemessen; die anderen ergeben sich aus dem Modell."
    ),
    "use.no_rules": " Die Richtlinie nennt keine Regel zwischen Spalten; einzelne Zeilen können darum unmöglich sein.",
    "use.rules": (
        " Die Zeilen halten die erklärten Regeln zwischen Spalten ein ({rules}); darüber hinaus können einzelne Zeilen "
        "unmöglich sein."
    ),
    "use.amounts": "Mittelwerte, Summen, Mediane und Höchstwerte von Zahlen in Klassen",
    "use.amounts.text": (
        "{binned} von {columns} Spalten haben Klassen mit mehreren Werten; innerhalb einer Klasse werden die Werte "
        "gleichmäßig gezogen. Wenige Zeilen, die das Rauschen in eine breite oberste Klasse legt, können eine Summe "
        "oder einen Mittelwert bestimmen. Ein Höchstwert zeigt, wie weit die Klassen reichen, nicht was jemand hatte."
    ),
    "use.three_way": "Drei Spalten zugleich, und feiner",
    "use.three_way.text": (
        "Nicht gemessen. Was die Tabelle dort zeigt, ergibt sich aus dem Modell, nicht aus den Personen."
    ),
    "use.histories": "Verläufe einer Person, wiederholte Messungen",
    "use.histories.text": (
        "Jede synthetische Zeile steht für sich; keine zwei Zeilen gehören zusammen. Zählen Sie Zeilen nicht als "
        "Personen."
    ),
    "use.waves": "Wie sich eine Person von Welle zu Welle ändert",
    "use.waves.text": (
        "Zeilen einer synthetischen Person gehören zusammen. Eine Welle hängt von der vorigen so weit ab, wie ihre "
        "Spalten zusammen gemessen wurden (siehe Anhang); Verläufe über mehrere Wellen, und einzelne, sind niemandes."
    ),
    "use.rare": "Seltene Ausprägungen und seltene Kombinationen",
    "use.rare.text": (
        "Unter {below} Zeilen ({share} der Tabelle) ist eine Ausprägung nicht von einer leeren zu unterscheiden."
    ),
    "use.rare.tables": (
        "Unter so vielen Zeilen ihrer Tabelle ist eine Ausprägung nicht von einer leeren zu unterscheiden: {below}."
    ),
    "use.inference": "Konfidenzintervalle und Tests, als wären die Zeilen echt",
    "use.inference.text": (
        "Sie lassen das Rauschen außer Acht und wären zu eng. Bestätigen Sie Ergebnisse an den echten Daten."
    ),
    "use.figures": "Wie nah die Tabellen sind",
    "use.explain": (
        "Der Abstand zweier Tabellen ist der Anteil der Zeilen, die in eine andere Zelle wechseln müssten, damit beide "
        "gleich sind, hier in Punkten je 100 Zeilen. 0 ist gleich; kleiner ist besser."
    ),
    "use.size": (
        "Etwa {noisy_rows} Zeilen wurden zum Training verwendet (verrauscht; SD des Rauschens {sd}). {holdout} der "
        "Personen wurden zurückgehalten; darum wurde diese Zahl durch {kept} geteilt, um den Umfang der ganzen Quelle "
        "zu erreichen: {rows} Zeilen."
    ),
    "use.size.all": (
        "Etwa {noisy_rows} Zeilen wurden zum Training verwendet (verrauscht; SD des Rauschens {sd}); die synthetische "
        "Tabelle hat {rows}."
    ),
    "use.size.ratio": (
        "Etwa {noisy_rows} Zeilen wurden zum Training verwendet (verrauscht; SD des Rauschens {sd}). Auf den Umfang "
        "der ganzen Quelle gebracht (zurückgehaltene Personen: {holdout}) und mit {ratio} malgenommen, wie es die "
        "Richtlinie verlangt, ergibt das {rows} synthetische Zeilen."
    ),
    "use.size.waves": (
        "Etwa {noisy_people} Personen wurden zum Training verwendet (verrauscht; SD des Rauschens {people_sd}), mit "
        "etwa {noisy_rows} Zeilen (SD {sd}). Auf den Umfang der ganzen Quelle gebracht (zurückgehaltene Personen: "
        "{holdout}; mal {ratio}), ergibt das {people} synthetische Personen mit {rows} Zeilen in {waves} Wellen. "
        "Anteile von Spalten sind Anteile der Personen."
    ),
    "use.size.tables": (
        "Etwa {noisy_people} Personen wurden zum Training verwendet (verrauscht; SD des Rauschens {people_sd}). Auf "
        "den Umfang der ganzen Quelle gebracht (zurückgehaltene Personen: {holdout}) und mit {ratio} malgenommen, wie "
        "es die Richtlinie verlangt, ergibt das {people} synthetische Personen. Ihre Zeilen, und etwa wie viele "
        "Zeilen der Personen im Training gezählt wurden: {sizes}."
    ),
    "use.size.each": "{table} {rows} ({noisy}; SD des Rauschens {sd})",
    "use.table": "Mittlerer Abstand der Tabellen, in Punkten je 100 Zeilen",
    "use.what": "Verglichen",
    "use.tables": "Tabellen",
    "use.mean": "Mittlerer Abstand",
    "use.floor": "Allein durch Rauschen",
    "use.no_noise": "keins hinzugefügt",
    "use.free.1": "Eine Spalte, gegen die verrauschten Antworten",
    "use.free.2": "Zwei Spalten, gegen die verrauschten Antworten",
    "use.paid.2": "Zwei Spalten, gegen die echten Daten, geschützt",
    "use.inside.1": "Eine Spalte, gegen die echten Daten, ungeschützt",
    "use.inside.2": "Zwei Spalten, gegen die echten Daten, ungeschützt",
    "use.inside.3": "Drei Spalten, gegen die echten Daten, ungeschützt",
    "use.pairs_note.free": (
        "Die verrauschten Antworten decken {measured} von {pairs} Paaren ab, ausgewählt nach verrauschten Punktzahlen. "
        "Einzelne Paare können viel weiter entfernt sein als der Mittelwert. „Allein durch Rauschen“ ist, was auch "
        "eine vollkommene Tabelle zeigen würde, weil die Antworten selbst verrauscht sind. Auch die synthetischen "
        "Zeilen folgen dem Rauschen und können den verrauschten Antworten darum näher sein als eine vollkommene "
        "Tabelle."
    ),
    "use.pairs_note.paid": (
        "Die geschützte Zahl deckt alle {pairs} Paare ab und wurde aus dem Budget bezahlt. Einzelne Paare können viel "
        "weiter entfernt sein als der Mittelwert. „Allein durch Rauschen“ ist, was auch eine vollkommene Tabelle gegen "
        "die verrauschten Antworten zeigen würde. Auch die synthetischen Zeilen folgen dem Rauschen und können den "
        "verrauschten Antworten darum näher sein als eine vollkommene Tabelle."
    ),
    "use.worst": "Die {shown} von {columns} Spalten, die am weitesten von ihren verrauschten Antworten abweichen",
    "use.worst_pairs": "Spaltenpaare mit dem größten Abstand zu den echten Daten ({shown})",
    "use.pair": "{first} und {second}",
    "use.near": " Der Mittelwert ist im Rahmen des Rauschens vom Grenzwert nicht zu unterscheiden.",
    "use.far": (
        " Einige Spalten sind weiter von ihren verrauschten Zählungen entfernt, als Rauschen und "
        "Grenzwert zusammen erklären: {far}."
    ),
    "bars.title": "Wie falsch eine einzelne Tabelle sein kann",
    "bars.lead": (
        "Obere Grenzen, in Punkten je 100 Zeilen, allein aus den verrauschten Antworten berechnet. Mit {confidence} "
        "Sicherheit gelten sie für alle diese Tabellen zusammen, gegenüber den Zeilen, mit denen trainiert wurde. Sie "
        "rechnen mit dem Schlimmsten; die meisten Tabellen sind viel näher. Ausprägungen, die vor dem Zählen "
        "zusammengefasst wurden, werden zusammengefasst verglichen."
    ),
    "bars.clipped": (
        " Sie beziehen sich auf Zählungen, in denen der Anteil von Personen mit vielen Zeilen begrenzt ist."
    ),
    "bars.why": (
        " Gemessene Paare können die weitere Grenze haben: Sie rechnet mit Rauschen in jeder ihrer Zellen, die einer "
        "Abhängigkeit mit Rauschen in einer einzigen Zahl."
    ),
    "bars.table": "Höchstens so weit von der Wahrheit entfernt, in Punkten je 100 Zeilen",
    "bars.what": "Art der Tabelle",
    "bars.median": "Die Hälfte innerhalb von",
    "bars.largest": "Alle innerhalb von",
    "bars.one_way": "Eine Spalte, gemessen",
    "bars.measured": "Mehrere Spalten, gemessen",
    "bars.pairs": "Zwei Spalten, gemessen",
    "bars.scored": "Zwei Spalten, bei denen nur nach der Abhängigkeit gefragt wurde",
    "clip.text": (
        "Der Anteil einer Person an einer Tabelle wurde begrenzt: Personen mit mehr als etwa {reach} Zeilen zählen "
        "weniger. Nach verrauschten Zählungen liegen etwa {lost} der Zeilen darüber. In Tabellen ab 100 Zellen kann "
        "die Grenze niedriger sein. Tabellen werden auf die Zahl aller Zeilen hochgerechnet, neigen aber zu Personen "
        "mit weniger Zeilen."
    ),
    "clip.hidden": (
        "Der Anteil einer Person an einer Tabelle wurde begrenzt: Personen mit mehr als etwa {reach} Zeilen zählen"
        " weniger. Wie viele der Zeilen darüber liegen, verdeckt das Rauschen. In Tabellen ab 100 Zellen kann die "
        "Grenze niedriger sein. Tabellen werden auf die Zahl aller Zeilen hochgerechnet, neigen aber zu Personen "
        "mit weniger Zeilen."
    ),
    "clip.worst": (
        "Nach verrauschten Zählungen verlor die Tabelle von {columns} am meisten: Vor dem Hochrechnen fehlen ihr etwa "
        "{lost} der Zeilen (Rauschen {noise}). Um etwa so viel können ihre Anteile aus diesem Grund höchstens "
        "abweichen, neben dem Rauschen."
    ),
    "dependence.none": (
        "Von {checked} Spaltenpaaren mit einer Antwort ist keines in der synthetischen Tabelle stärker abhängig, als "
        "die verrauschten Antworten zulassen. Geprüft wurde nur diese Richtung: Paare können schwächer abhängig sein "
        "als in den echten Daten."
    ),
    "dependence.some": (
        "Von {checked} Spaltenpaaren mit einer Antwort sind {failed} in der synthetischen Tabelle stärker abhängig, "
        "als die verrauschten Antworten zulassen. Suchen Sie in diesen Paaren nicht nach Zusammenhängen."
    ),
    "dependence.table": (
        "Abhängigkeit in Punkten je 100 Zeilen, die wechseln müssten, damit die Spalten unabhängig wären"
    ),
    "dependence.synthetic": "Synthetische Tabelle",
    "dependence.allowed": "Höchstens, nach den Antworten",
    "use.difference": "Abstand, Punkte je 100 Zeilen",
}

_RELATIONS = {
    "relations.lead.internal": (
        "{tables} Tabellen enthalten die Zeilen von {people} synthetischen Personen. Dieser Abschnitt fragt, was "
        "Tabellen einzelner Zeilen nicht zeigen: wie viele Zeilen Personen haben, was über Tabellen hinweg "
        "zusammengehört und was im Lauf der Zeit geschieht. Alles, was hier neben echten Personen steht, "
        "betrachtet sie ohne Schutz und bleibt im Haus."
    ),
    "relations.lead.public": (
        "{tables} Tabellen enthalten die Zeilen von {people} synthetischen Personen. Dieser Abschnitt sagt, wie "
        "diese Personen über ihre Zeilen hinweg aussehen: wie viele sie haben, was auf was folgt und was im Lauf "
        "der Zeit geschieht. Wie nah das echten Personen kommt, wurde im Zentrum ohne Schutz geprüft und steht "
        "nicht hier."
    ),
    "relations.table": "Tabelle",
    "relations.rows": "Zeilen",
    "relations.synthetic": "Synthetisch",
    "relations.real": "Echt",
    "relations.held": "Echt, zurückgehalten",
    "relations.interval": "95-Prozent-Intervall des echten Anteils",
    "relations.few": "wenige",
    "relations.few.note": "„wenige“ steht für Anteile von weniger als {minimum} Personen oder Zeilen.",
    "relations.undefined": "nicht berechnet",
    "relations.range": "{value} [{low}; {high}]",
    "relations.what": "Was",
    "relations.checks.title": "Ob die Tabellen zusammenpassen",
    "relations.checks": "Anteil der synthetischen Zeilen, die jede Regel der Richtlinie einhalten",
    "relations.checks.none": (
        "Keine synthetische Zeile bricht eine Regel. Geprüft sind allein die synthetischen Tabellen, so wie sie "
        "hinausgehen."
    ),
    "relations.checks.broken": (
        "Einige synthetische Zeilen brechen eine Regel: so dürfen sie nicht hinausgehen. Geprüft sind allein die "
        "synthetischen Tabellen, so wie sie hinausgehen."
    ),
    "relations.rule.keys": "Eigener Schlüssel einmal da",
    "relations.rule.references": "Verweise treffen dieselbe Person",
    "relations.rule.order": "Daten in Reihenfolge",
    "relations.rule.window": "In Zeitraum und Leben",
    "relations.rule.bound": "Zeilen je Person in der Grenze",
    "relations.rule.values": "Werte in Liste oder Bereich",
    "relations.classifier.title": "Lassen sich synthetische von echten Personen unterscheiden?",
    "relations.classifier.text": (
        "Ein Klassifikator sieht jede Person als eine Zeile: eigene Spalten und für jede Tabelle Zahl der Zeilen, "
        "verschiedene Ausprägungen, Mittelwerte und Anteile. Von 100 Paaren aus einer echten und einer "
        "synthetischen Person erkennt er {synthetic} richtig; von 100 Paaren zweier echter Personen {real}, wobei "
        "50 Raten ist. {people} Personen auf jeder Seite; geurteilt wird über Personen, an denen er nicht gelernt "
        "hat."
    ),
    "relations.classifier.few": "Nicht berechnet: zu wenige Personen.",
    "relations.telling": "Was synthetische Personen für sich allein am besten verrät",
    "relations.feature": "Was Zeilen einer Person sagen",
    "relations.feature.auc": "In 100 Paaren ist synthetisch größer",
    "relations.feature.own": "{column}{level}",
    "relations.feature.own.level": "{column} ist {level}",
    "relations.feature.rows": "Zahl der Zeilen in {column}{level}",
    "relations.feature.different": "Verschiedene Ausprägungen von {column}{level}",
    "relations.feature.mean": "Mittelwert von {column}{level}",
    "relations.feature.share": "Anteil der Zeilen mit {column} {level}",
    "relations.distances.title": "So weit entfernt wie andere echte Personen?",
    "relations.distances.text": (
        "Jede Zeile vergleicht gleich viele Trainingspersonen mit synthetischen und mit anderen echten Personen, "
        "auch zurückgehaltenen. Was der zweite Vergleich zeigt, kommt allein vom Zufall der Auswahl; nur was "
        "darüber hinausgeht, kommt von der Synthese und ihrem Rauschen. In Klammern: wo 95 von 100 solchen "
        "Vergleichen liegen."
    ),
    "relations.distances": "Abstände mal 100, {people} Personen auf jeder Seite",
    "relations.distances.few": "Abstände: nicht berechnet, zu wenige Personen",
    "relations.apart": "Synthetisch von echt",
    "relations.usual": "Echt von echt",
    "relations.reading": "Lesart",
    "relations.alike": "wie andere echte Personen",
    "relations.further": "weiter",
    "relations.mean_of": "{what}, Mittel über {pairs} Paare",
    "relations.numbers.title": "Ähnlichkeit, Reihenfolge und Zeit in Zahlen",
    "relations.numbers": "Eine Zahl für jede Frage",
    "relations.numbers.note.internal": (
        "Korrelationen liegen zwischen −1 und 1; 0 heißt, dass Zeilen nichts voneinander wissen. In Klammern: "
        "95-Prozent-Intervalle für neu gezogene Personen. Weniger zurückgehaltene Personen geben breitere."
    ),
    "relations.numbers.note.public": (
        "Allein von den synthetischen Personen. Korrelationen liegen zwischen −1 und 1; 0 heißt, dass Zeilen "
        "nichts voneinander wissen."
    ),
    "relations.what.rows": "Personen ohne Zeilen in {table}",
    "relations.what.rows_of_parent": "Elternzeilen ohne Zeilen in {table}",
    "relations.what.gap": "Tage zwischen Zeilen von {table}, Mittel",
    "relations.what.lag.1": "{column} und der eigene Wert in der Zeile davor",
    "relations.what.lag.2": "{column} und der eigene Wert zwei Zeilen davor",
    "relations.what.lag.1.within": "{column} und der eigene Wert davor bei gleichem {by}",
    "relations.what.lag.2.within": "{column} und der eigene Wert zwei davor bei gleichem {by}",
    "relations.what.within": "Ähnlichkeit von {columns} innerhalb von Personen (ICC)",
    "relations.what.within.by": (
        "Ähnlichkeit von {column} innerhalb von Personen, verglichen innerhalb von {by} (ICC)"
    ),
    "relations.what.transitions": "Nächste Zeile hat dasselbe {columns}",
    "relations.what.survival": "Tage ohne Zeile in {table}, Mittel im Zeitraum",
    "relations.what.survival.death": "Tage am Leben, Mittel im Zeitraum ({columns})",
    "relations.what.pair.rows": "Elterntabelle und {table}, jede Zeile zählt gleich",
    "relations.what.pair.people": "Elterntabelle und {table}, jede Person zählt gleich",
    "relations.what.pair_of_person.rows": "Personentabelle und {table}, jede Zeile zählt gleich",
    "relations.what.pair_of_person.people": "Personentabelle und {table}, jede Person zählt gleich",
    "relations.what.siblings": "Was {table} und andere Tabellen über eine Person sagen",
    "relations.bars.title": "Wie viele Zeilen, und in welchem Abstand",
    "relations.bars.rows": "Zeilen einer Person in {table}",
    "relations.bars.rows_of_parent": "Zeilen einer Elternzeile in {table}",
    "relations.bars.gap": "Tage zwischen Zeilen von {table}",
    "relations.bins.rows": "Zeilen",
    "relations.bins.rows_of_parent": "Zeilen",
    "relations.bins.gap": "Tage",
    "relations.chart.bars": "Balken von Anteilen: {what}",
    "relations.chart.curve": "Kurve über die Zeit: {what}",
    "relations.curves.title": "Zeit bis zum Tod und bis zur ersten Zeile",
    "relations.curves.text": (
        "Anteil der Personen, denen es nicht geschehen ist, nach Kaplan und Meier, ab dem Indexdatum; wer vorher "
        "aus dem Zeitraum ausscheidet oder stirbt, zählt, solange er oder sie da war. Tage sind die Mitten der "
        "Klassen der Richtlinie, bei echten wie bei synthetischen Personen."
    ),
    "relations.curve.death": "Anteil der lebenden Personen",
    "relations.curve.first": "Anteil der Personen, die noch keine Zeile in {table} haben",
    "relations.years": "Jahre",
    "relations.moves.title": "Von einer Zeile zur nächsten",
    "relations.moves.text": (
        "Von 100 Zeilen mit der Ausprägung links: auf wie viele folgt eine Zeile derselben Person mit der "
        "Ausprägung oben. Kräftigere Farbe ist mehr. Gezeigt sind die häufigsten Ausprägungen der synthetischen "
        "Zeilen; Zeilen der Tabelle müssen darum nicht 100 ergeben."
    ),
    "relations.moves": "Von {column} zum nächsten: {side}",
    "relations.from": "Von",
    "relations.pairs.title": "Zusammenhänge, die sich am meisten änderten",
    "relations.pairs.text": (
        "Wie stark zwei Spalten voneinander abhängen, als Cramérs V: 0 heißt gar nicht, 1 ganz. Wenige Personen "
        "zeigen mehr, als da ist."
    ),
    "relations.pairs": "Die {shown} Zusammenhänge, deren Stärke am meisten von der echter Personen abweicht",
    "relations.pair": "Paar",
    "relations.said": "{table}: {what}",
    "relations.said.rows": "Zahl der Zeilen in {table}",
    "relations.said.first": "erster Tag in {table}",
    "relations.method": (
        "Was jede Zahl bedeutet, wie sie berechnet ist und ihre Quelle: docs/relations.md des Programms."
    ),
    "use.relations": "Verläufe einer Person, in Gruppen von Personen",
    "use.relations.text": (
        "Zeilen einer Person gehören zusammen und behalten ihre Reihenfolge. Was gemessen wurde und was aus dem "
        "Modell folgt, steht im Abschnitt über Personen, ihre Zeilen und die Zeit; einzelne Verläufe sind "
        "niemandes."
    ),
    "benefit.relations": "Verläufe über die Zeit, in Gruppen von Personen",
}

_CONTEXT = {
    "unprotected.lead": (
        "Eine Zusicherung über eine einzelne Person lässt das Folgende offen. Es sind Risiken, die abzuwägen sind, "
        "keine Fehler dieses Laufs."
    ),
    "unprotected.groups": "Gruppen",
    "unprotected.groups.text": (
        "Familien, Praxen, Krankenhäuser und Regionen sind als Gruppen umso weniger geschützt, je größer sie sind: Für "
        "k geschützte Einheiten zusammen ist μ (die erste Zeile dessen, was zugesichert wird) k-mal so groß. Nehmen "
        "Sie Gruppen von {size} Einheiten, etwa Familien von {size}, wenn die Einheit eine Person ist, jede ganz oder "
        "gar nicht in den Daten. Ein Angreifer, der {accused} von {total} Gruppen fälschlich verdächtigt, findet im "
        "Mittel höchstens {found} von {total} (bei einzelnen Einheiten {alone}) und beurteilt höchstens {pairs} von "
        "100 Paaren von Gruppen richtig (bei einzelnen Einheiten {pairs_alone})."
    ),
    "unprotected.relatives": "Angaben in den Zeilen anderer",
    "unprotected.relatives.text": (
        "Eine Angabe über eine Person kann auch in den Zeilen anderer stehen, etwa das Einkommen einer Familie oder "
        "die Bildung eines Elternteils. Die Zusicherung an eine Person gilt nur für deren eigene Zeilen; eine solche "
        "Angabe ist wie eine Gruppe geschützt."
    ),
    "unprotected.population": "Wahrheiten über die Bevölkerung",
    "unprotected.population.text": (
        "Folgt auf eine Diagnose oft eine bestimmte Behandlung, so zeigt es die Freigabe, und man kann sie bei allen "
        "mit dieser Diagnose vermuten, ob sie in den Daten sind oder nicht."
    ),
    "unprotected.fact": "Die Tatsache der Freigabe",
    "unprotected.fact.text": "Dass es eine Freigabe gibt, wann und unter welcher Richtlinie, ist für alle sichtbar.",
    "unprotected.human": "Die menschliche Entscheidung",
    "unprotected.human.text": (
        "Wer die interne Ausgabe liest und danach zustimmt oder ablehnt, hat echte Daten benutzt. Diese Wahl liegt "
        "außerhalb von ε. {looks}"
    ),
    "looks.none": (
        "Vor dieser Freigabe verzeichnet das Budgetbuch niemanden, der einen internen Bericht über diese Personen "
        "geöffnet hat."
    ),
    "looks.one": (
        "Vor dieser Freigabe wurde laut Budgetbuch einmal ein interner Bericht über diese Personen geöffnet."
    ),
    "looks.other": (
        "Vor dieser Freigabe wurden laut Budgetbuch {n}-mal interne Berichte über diese Personen geöffnet."
    ),
    "unprotected.id": "Eine Kennung ist eine Person",
    "unprotected.id.text": (
        "Kennungen in <b>{key}</b> werden {normalise} verglichen. Eine Person mit zwei Kennungen ist wie zwei Personen "
        "geschützt; Zeilen ohne Kennung werden ausgelassen."
    ),
    "unprotected.timing": "Zeit und Rechner",
    "unprotected.timing.text": (
        "Wer den Rechner bei der Arbeit beobachten kann, erfährt womöglich etwas aus Laufzeit, Speicher oder "
        "Protokollen. Diese bleiben im Zentrum."
    ),
    "unprotected.arithmetic": "Rechnen und Zufall",
    "unprotected.arithmetic.text": (
        "Die Zusicherung setzt voraus, dass das Programm, die Rauschbibliothek und die Zufallszahlen des "
        "Betriebssystems so arbeiten, wie dokumentiert. Die Versionen stehen im Abschnitt über die Herkunft."
    ),
    "unprotected.audience": "Freigaben, die dieses Budgetbuch nicht kennt",
    "unprotected.audience.text": (
        "Daten über dieselben Personen, die anderswo oder vor dem Beginn dieses Budgetbuchs veröffentlicht wurden, "
        "sind in der Summe nicht enthalten."
    ),
    "unprotected.statements": "Für diese Freigabe erklärt",
    "unprotected.none": "Es wurde kein weiterer Schritt außerhalb der Zusicherung erklärt.",
    "comparison.none": (
        "In diesem Ordner von Berichten wurde keine frühere Freigabe unter dieser Richtlinie gefunden: Es gibt keine, "
        "mit der sie zu vergleichen wäre."
    ),
    "comparison.lead": "Aus den öffentlichen Ausgaben beider Freigaben.",
    "comparison.caption": "Diese Freigabe und die vorige",
    "comparison.what": "Was",
    "comparison.before": "Vorher",
    "comparison.now": "Diese Freigabe",
    "comparison.release": "Freigabe",
    "comparison.date": "Lauf vom",
    "comparison.policy": "Richtlinie",
    "comparison.mechanism": "Mechanismus",
    "comparison.epsilon": "Zugesagtes ε",
    "comparison.columns": "Spalten",
    "comparison.source_rows": "Zeilen der Quelle, verrauscht",
    "comparison.synthetic_rows": "Synthetische Zeilen",
    "comparison.two_way": "Mittlerer Abstand der Tabellen zweier Spalten",
    "comparison.paid": "{value} Punkte, alle Paare, abgebucht",
    "comparison.free": "{value} Punkte, gemessene Paare, gegen verrauschte Antworten",
    "comparison.not_measured": "nicht gemessen",
    "comparison.same_policy": "Beide entstanden unter derselben Richtlinie.",
    "comparison.other_policy": "Die Richtlinie wurde dazwischen geändert.",
    "comparison.added": "Neue Spalten: {columns}.",
    "comparison.removed": "Weggefallene Spalten: {columns}.",
    "comparison.budget": (
        "Beide zehren vom Budget derselben Personen; Abschnitt 4 zählt sie zusammen. Hat sich an den Personen nichts "
        "geändert, unterscheiden sich die Zeilen der Quelle nur durch das Rauschen."
    ),
    "frames.lead": "Wo die Belege zu finden sind. Geurteilt wird hier nicht.",
    "frames.evidence": "Beleg in diesem Bericht",
    "frames.not_stated": "in der Richtlinie nicht angegeben",
    "wp29.caption": "Stellungnahme 5/2014 der Artikel-29-Gruppe (WP 216): drei Kriterien",
    "wp29.head": "Kriterium",
    "wp29.singling": "Aussondern (Herausgreifen)",
    "wp29.singling.internal": (
        'Kein unmittelbarer Befund. Die <a href="#ceiling">Obergrenze</a> beschränkt das Erkennen, wer in den Daten '
        "ist; im Mittel sind höchstens {found} von {people} erkennbar, wenn {accused} von {people} Unbeteiligten "
        "verdächtigt wird. Im Zentrum wurden Treffer auf seltene Zeilen mit zurückgehaltenen Personen verglichen (<a "
        'href="#attacks">Angriffe</a>).'
    ),
    "wp29.singling.public": (
        'Kein unmittelbarer Befund. Die <a href="#ceiling">Obergrenze</a> beschränkt das Erkennen, wer in den Daten '
        "ist; im Mittel sind höchstens {found} von {people} erkennbar, wenn {accused} von {people} Unbeteiligten "
        "verdächtigt wird."
    ),
    "wp29.linking": "Verknüpfbarkeit",
    "wp29.linking.text": (
        'Nicht geprüft. Die <a href="#ceiling">Obergrenze</a> beschränkt, was eine Verknüpfung mehr ergeben kann, weil '
        "eine Person teilgenommen hat."
    ),
    "wp29.linking.tested": (
        "Kein unmittelbarer Befund. Angriffe, die die Freigabe mit anderen Daten verknüpfen, werden im Zentrum "
        'ausgeführt (<a href="#attacks">Angriffe</a>). Die <a href="#ceiling">Obergrenze</a> beschränkt, was eine '
        "Verknüpfung mehr ergeben kann, weil eine Person teilgenommen hat."
    ),
    "wp29.inference": "Inferenz",
    "wp29.inference.text": (
        "Nicht geprüft. Was die Freigabe über eine Person mehr verrät, weil sie teilgenommen hat, ist durch die <a "
        'href="#ceiling">Obergrenze</a> beschränkt; was für die Bevölkerung gilt, ist <a href="#unprotected">nicht '
        "geschützt</a>."
    ),
    "wp29.inference.tested": (
        "Kein unmittelbarer Befund. Angriffe, die ein unbekanntes Merkmal erschließen, werden im Zentrum ausgeführt "
        '(<a href="#attacks">Angriffe</a>). Was die Freigabe über eine Person mehr verrät, weil sie teilgenommen hat, '
        'ist durch die <a href="#ceiling">Obergrenze</a> beschränkt; was für die Bevölkerung gilt, ist <a '
        'href="#unprotected">nicht geschützt</a>.'
    ),
    "safes.caption": "Five Safes (fünf Dimensionen der Sicherheit)",
    "safes.head": "Dimension",
    "safes.projects": "Sichere Vorhaben",
    "safes.projects.text": "Zweck: {purpose}. Datenschutz-Folgenabschätzung: {dpia}.",
    "safes.people": "Sichere Nutzende",
    "safes.people.text": "Empfängerkreis: {audience}.",
    "safes.settings": "Sichere Umgebung",
    "safes.settings.text": (
        "Über die Umgebung der Empfänger wird nichts vorausgesetzt: Die Zusicherung gilt, wo immer die Daten verwendet "
        "werden."
    ),
    "safes.data": "Sichere Daten",
    "safes.data.text": (
        '<a href="#claim">Was zugesichert wird</a>, <a href="#budget">Budget</a> und <a href="#unprotected">was nicht '
        "geschützt ist</a>. Nicht verwendete Spalten der Quelle: {dropped}."
    ),
    "safes.outputs": "Sichere Ergebnisse",
    "safes.outputs.text": (
        "Für Ergebnisse, die aus den synthetischen Zeilen berechnet werden, gilt dieselbe Zusicherung. Sie ersetzt "
        "nicht die eigenen Ausgaberegeln des Zentrums."
    ),
    "gdpr.caption": "Art. 5 Abs. 2 DSGVO: Rechenschaft über die Grundsätze des Art. 5 Abs. 1",
    "gdpr.head": "Grundsatz",
    "gdpr.lawful": "Rechtmäßigkeit (a)",
    "gdpr.lawful.text": "Verantwortlicher: {controller}. Rechtsgrundlage: {basis}.",
    "gdpr.purpose": "Zweckbindung (b)",
    "gdpr.purpose.text": "{purpose}",
    "gdpr.minimal": "Datenminimierung (c)",
    "gdpr.minimal.text": (
        "Nicht verwendete Spalten: {dropped}; höchstens {rows} Zeilen einer Person werden verwendet; {holdout} "
        "der Personen bleiben für Tests vom Training ausgenommen."
    ),
    "gdpr.minimal.tables": (
        "Nicht verwendete Spalten: {dropped}; von einer Person werden höchstens so viele Zeilen gezählt: "
        "{bounds}; {holdout} der Personen bleiben für Tests vom Training ausgenommen."
    ),
    "gdpr.accurate": "Richtigkeit (d)",
    "gdpr.accurate.text": (
        '<a href="#usefulness">Wofür sich die Daten eignen</a>, also die Genauigkeit der synthetischen Daten, mit dem '
        "Rauschen neben jeder Zahl."
    ),
    "gdpr.storage": "Speicherbegrenzung (e)",
    "gdpr.storage.text": (
        "Eine Richtlinie dieses Formats nennt keine Speicherdauer. Sie steht im Verzeichnis von "
        "Verarbeitungstätigkeiten des Verantwortlichen."
    ),
    "gdpr.secure": "Integrität und Vertraulichkeit (f)",
    "gdpr.secure.text": (
        '<a href="#provenance">Woher diese Freigabe stammt</a>: Prüfsumme des Programms, Versionen, Quelle des '
        "Rauschens."
    ),
    "gdpr.accountable": "Rechenschaftspflicht (Abs. 2)",
    "gdpr.accountable.text": (
        "Richtlinie {digest}; Eintrag {sequence} im Budgetbuch; Unterschriften am Ende des Hauptteils."
    ),
    "provenance.lead": "Genug, um den Lauf zu bestimmen. Prüfsummen aller Dateien stehen in manifest.json.",
    "provenance.release": "Freigabe",
    "provenance.file": "Daten, SHA-256",
    "provenance.file.text": "{path} {digest}",
    "provenance.date": "Datum des Laufs",
    "provenance.policy": "Richtlinie",
    "provenance.digest": "Prüfsumme der Richtlinie",
    "provenance.population": "Personengruppe (Schlüssel im Budgetbuch)",
    "provenance.snapshot": "Datenstand",
    "provenance.ledger": "Budgetbuch",
    "provenance.ledger.text": "Eintrag {sequence}, Kettenprüfsumme {head}",
    "provenance.mechanism": "Mechanismus",
    "provenance.sampler": "Rauschquelle",
    "provenance.code": "Prüfsumme des ganzen Programms",
    "provenance.audited": "Prüfsumme nur des geprüften Teils",
    "provenance.versions": "Versionen",
    "provenance.package": "Software",
    "provenance.version": "Version",
    "notes.caption": (
        "Für die datenhaltende Stelle: Zahlen aus den echten Daten. Zahlen unter {minimum} stehen als Spanne"
    ),
    "notes.what": "Was",
    "notes.count": "Zahl",
    "notes.range": "{low} bis {high}",
    "sign.lead": (
        "Die oder der Datenschutzbeauftragte nimmt Stellung; der Verantwortliche entscheidet. Jede Seite unterschreibt "
        "für sich."
    ),
    "sign.confirm": "Mit meiner Unterschrift bestätige ich, dass ich",
    "sign.confirm.read": "die Entscheidungsseite und jeden dort genannten Punkt gelesen habe,",
    "sign.confirm.attacks": "Abschnitt 5 über die Angriffe gelesen habe,",
    "sign.confirm.limits": "die Grenzwerte der Richtlinie und ihre Herkunft kenne,",
    "sign.confirm.unprotected": "gelesen habe, was nicht geschützt ist,",
    "sign.confirm.law": "mir ein eigenes Urteil gebildet habe; das Programm urteilt nicht über das Recht.",
    "sign.checker": "Ergebnisprüfung",
    "sign.checker.kind": "Stellungnahme",
    "sign.checker.choices": "kein Einwand · Einwand",
    "sign.checker2": "Zweite Ergebnisprüfung",
    "sign.checker2.kind": "Stellungnahme, unabhängig von der ersten",
    "sign.checker2.choices": "kein Einwand · Einwand",
    "sign.dpo": "Datenschutzbeauftragte/r",
    "sign.dpo.kind": "Stellungnahme",
    "sign.dpo.choices": "dafür · dafür mit Auflagen · dagegen",
    "sign.officer": "Freigabestelle",
    "sign.officer.kind": "Entscheidung für den Verantwortlichen",
    "sign.officer.choices": "freigeben · mit Auflagen freigeben · nicht freigeben",
    "sign.name": "Name",
    "sign.date": "Datum",
    "sign.signature": "Unterschrift",
    "sign.conditions": "Auflagen und Gründe",
    "sign.identity": "Dies betrifft die Freigabe {release}, Prüfsumme der Richtlinie {digest}.",
    "sign.file": "SHA-256 von {path}: {digest}",
    "sign.valid.one": "Eine Freigabe, die nicht innerhalb von {n} Tag genutzt wird, verfällt.",
    "sign.valid.other": "Eine Freigabe, die nicht innerhalb von {n} Tagen genutzt wird, verfällt.",
    "sign.named": "Die Richtlinie nennt: {names}.",
    "sign.manifest": "Prüfsumme des Manifests",
    "sign.public": (
        "Entscheidung: siehe signatures/ im Bündel. Unterschriften nennen die Prüfsumme von manifest.json und werden "
        "mit <b>dpsynth verify</b> geprüft."
    ),
}

_APPENDIX = {
    "policy.lead": (
        "Die Richtlinie genau so, wie sie verwendet wurde. Jede Grenze und jede Liste nennt ihre Quelle: doc "
        "(Dokumentation), clinical (klinisches Wissen), schema (typisiertes Schema) oder assumed (Annahme)."
    ),
    "policy.label": "Richtliniendatei",
    "limits.lead": (
        "Keine Aufsichtsbehörde setzt eine Zahl für ε oder für eine AUC fest. Diese Grenzwerte sind die des Zentrums, "
        "jeder mit seiner Quelle."
    ),
    "limits.table": "Grenzwerte des Urteils",
    "limits.name": "Grenzwert",
    "limits.pass": "Bestanden bis",
    "limits.review": "Zu prüfen bis",
    "limits.source": "Quelle",
    "limits.never": "sperrt nie",
    "columns.lead": (
        "Jede Spalte mit ihren verrauschten Antworten und den synthetischen Zeilen, in Prozent der Zeilen. Wo der "
        "gefüllte Balken den Umriss um mehr als den Rauschstrich verlässt, weicht die synthetische Tabelle ab."
    ),
    "column.levels.one": "{count} Ausprägung",
    "column.levels.other": "{count} Ausprägungen",
    "column.unit": "in {unit}",
    "column.source": "Wertebereich nach {source}",
    "column.chart": "{column}: verrauschte und synthetische Anteile jeder Ausprägung, {difference} Punkte auseinander",
    "column.caption": "{difference} Punkte auseinander{noise}",
    "column.noise": "; SD des Rauschens {sd} je Ausprägung",
    "column.table": "Spalte {column}",
    "column.level": "Ausprägung",
    "column.noisy": "Verrauscht, %",
    "column.sd": "SD",
    "column.synthetic": "Synthetisch, %",
    "column.rest": "{n} weitere Ausprägungen",
    "column.span": "{first} … {last}",
    "asked.lead": "Sonst wurde nichts gefragt. Die Kosten folgen aus der Tabelle; Zellen sind die größtmögliche Zahl.",
    "asked.pairs": "Gemessene Tabellen zweier oder mehrerer Spalten: {pairs}.",
    "asked.pair": "{first} mit {second}",
    "asked.no_pairs": "Keine Tabelle zweier Spalten wurde gemessen.",
    "asked.events": "Was die echten Daten gefragt wurden",
    "asked.purpose": "Wofür",
    "asked.by": "{mechanism}: {purpose}",
    "asked.queries": "Tabellen",
    "asked.any": "beliebig viele",
    "asked.cells": "Zellen höchstens",
    "asked.sensitivity": "Größte Wirkung einer Einheit",
    "asked.sigma": "SD des Rauschens, Zeilen",
    "asked.range": "{least} bis {most}",
    "asked.share": "Anteil an den Kosten der Freigabe",
    "asked.sampled": "Summen über Stichproben von Personen",
    "asked.steps": "Schritte",
    "asked.rate": "Wahrscheinlichkeit einer Person",
    "asked.sampled.sigma": "SD des Rauschens, Längen",
    "term.attack": "Angriff",
    "term.attack.text": (
        "Ein Versuch, aus der Freigabe zu erfahren, ob eine Person in den Daten war (Mitgliedschaftsinferenz, „Angriff "
        "auf die Zugehörigkeit“), oder etwas über sie."
    ),
    "term.auc": "AUC",
    "term.auc.text": (
        "Anteil richtig beurteilter Paare: wie oft ein Angriff eine Person in den Daten über eine unbeteiligte stellt. "
        "0,5 ist Raten, 1 ist immer."
    ),
    "term.budget": "Gesamtbudget",
    "term.budget.text": (
        "Was alle Freigaben über dieselben Personen zusammen kosten dürfen. Es wird festgelegt, wenn ein Budgetbuch "
        "diese Personen zum ersten Mal verzeichnet, und wächst nur, wenn Datenschutzbeauftragte und "
        "Freigabeverantwortliche beide unterschreiben; jeder spätere Bericht nennt es."
    ),
    "term.ceiling": "Obergrenze",
    "term.ceiling.text": (
        "Das Höchste, was ein Angriff auf diese Freigabe allein im Mittel erreichen kann. Es folgt aus dem Rauschen, "
        "nicht aus einem Test."
    ),
    "term.codes": "Werteliste",
    "term.codes.text": "Die Werte, die eine Spalte haben darf, wie die Richtlinie sie aufzählt.",
    "term.control": "Kontrolle",
    "term.control.text": (
        "Ein Test des Tests: ein eingebautes Leck, das gefunden werden muss, oder ein Fall ohne Leck, der still "
        "bleiben muss."
    ),
    "term.delta": "δ (Delta)",
    "term.delta.text": (
        "Ein kleiner Spielraum: Die Wahrscheinlichkeit jedes Ergebnisses darf die Grenze von ε um höchstens δ "
        "überschreiten."
    ),
    "term.dp": "Differential Privacy",
    "term.dp.text": (
        "Eine Zusicherung, dass die Freigabe fast gleich aussieht, ob die Zeilen einer Person in den Daten sind oder "
        "nicht."
    ),
    "term.epsilon": "ε (Epsilon)",
    "term.epsilon.text": (
        "Wie stark die Zeilen einer Person die Wahrscheinlichkeit jedes Ergebnisses verändern können: höchstens um den "
        "Faktor e hoch ε. Kleiner schützt mehr."
    ),
    "term.holdout": "Zurückgehaltene Personen",
    "term.holdout.text": "Personen der Quelle, mit denen nie trainiert wurde, damit Angriffe einen Vergleich haben.",
    "term.ledger": "Budgetbuch",
    "term.ledger.text": "Das Buch aller Abbuchungen vom Gesamtbudget. Einträge kommen nur hinzu.",
    "term.level": "Ausprägung",
    "term.level.text": "Einer der Werte, die eine Spalte haben kann, oder eine Klasse eines Wertebereichs.",
    "term.marginal": "Tabelle von Spalten",
    "term.marginal.text": (
        "Wie viele Zeilen es zu jedem Wert oder jeder Kombination von Werten einer oder mehrerer Spalten gibt."
    ),
    "term.merged": "Zusammengefasste Ausprägungen",
    "term.merged.text": (
        "Ausprägungen, die in Tabellen mehrerer Spalten als eine gezählt wurden, damit weniger Zellen Rauschen tragen. "
        "Welche, entscheiden verrauschte Zahlen."
    ),
    "term.noise": "Rauschen, SD des Rauschens",
    "term.noise.text": (
        "Zufallszahlen, die absichtlich hinzugefügt werden. Die Standardabweichung (SD) sagt, wie groß sie sind: Etwa "
        "95 von 100 Werten liegen innerhalb des Doppelten."
    ),
    "term.practice": "Übungsfreigabe",
    "term.practice.text": (
        "Eine Freigabe, die das Programm im Zentrum aus zurückgehaltenen oder erfundenen Personen herstellt, um einen "
        "Angriff vorzubereiten, bevor er über jemanden urteilt."
    ),
    "term.quasi": "Quasi-Identifikatoren",
    "term.quasi.text": (
        "Spalten, die andere von einer Person kennen und an denen sie jemanden erkennen könnten. Die Richtlinie nennt "
        "sie."
    ),
    "term.rho": "ρ (Rho), μ (My), zCDP",
    "term.rho.text": (
        "Andere Einheiten derselben Kosten. ρ addiert sich über Freigaben und gehört zu zCDP (zero-concentrated "
        "differential privacy), μ zur gaußschen differentiellen Privatheit."
    ),
    "term.steward": "Datenhaltende Stelle",
    "term.steward.text": "Wer im Zentrum die echten Daten hält und das Programm ausführt.",
    "term.tvd": "Abstand zweier Tabellen",
    "term.tvd.text": (
        "Der Anteil der Zeilen, die in eine andere Zelle wechseln müssten, damit die Tabellen gleich sind (totale "
        "Variationsdistanz)."
    ),
    "term.unit": "Geschützte Einheit",
    "term.unit.text": "Worum es bei der Zusicherung geht: alles, was eine Person beigetragen hat.",
}

SENTENCES = (
    _PAGE | _CODES | _DECISION | _FINDINGS | _CLAIM | _BUDGET | _ATTACKS | _USE | _RELATIONS | _CONTEXT | _APPENDIX
)
