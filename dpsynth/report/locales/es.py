"""Spanish sentences. `{name}` is a place for a value, which is escaped; the rest may hold simple HTML."""

from __future__ import annotations

_PAGE = {
    "skip": "Ir a la página de decisión",
    "contents": "Contenido",
    "appendices": "Anexos",
    "subtitle": "{controller} · {audience}",
    "running": "Entrega {release} · política {digest}",
    "edition.internal": "edición interna, contiene estadísticas de personas reales",
    "edition.public": "edición pública",
    "strip.release": "Entrega",
    "strip.state": "Estado",
    "strip.state.draft": "aún sin firmar",
    "strip.state.public": "véase signatures/",
    "strip.date": "Ejecutada el",
    "strip.policy": "Política",
    "strip.ledger": "Libro de cuentas",
    "strip.synthetic": "Datos sintéticos",
    "alarm.rehearsal": "Ensayo con datos inventados: no es una entrega.",
    "footer.internal": (
        "Edición interna: contiene estadísticas de personas reales con toda su precisión. No sale del centro."
    ),
    "footer.public": (
        "Edición pública: cada valor de estas páginas es configuración, es una respuesta protegida, se calcula a "
        "partir de respuestas protegidas o se obtiene solo de las filas sintéticas."
    ),
    "section.decision": "Decisión",
    "section.claim": "Qué se promete",
    "section.ceiling": "Lo máximo que podría alcanzar un atacante",
    "section.budget": "El presupuesto de privacidad de estas personas",
    "section.attacks": "Ataques",
    "section.small-groups": "Grupos pequeños y valores fuera de las listas",
    "section.usefulness": "Para qué sirven los datos",
    "section.unprotected": "Qué no está protegido",
    "section.frames": "Listas de comprobación jurídicas y de gobernanza: dónde está la evidencia",
    "section.provenance": "De dónde procede esta entrega",
    "section.comparison": "Comparación con la entrega anterior",
    "section.signatures": "Dictamen, decisión, firmas",
    "section.findings": "Todos los hallazgos",
    "section.attack-details": "Ataque por ataque",
    "section.policy": "La política completa",
    "section.limits": "Los límites y sus fuentes",
    "section.columns": "Columna por columna",
    "section.asked": "Qué se preguntó a los datos reales",
    "section.glossary": "Glosario",
    "see": "Ver sección {number}",
    "evidence": "Evidencia",
}

_CODES = {
    "status.pass": "Pasa",
    "status.review": "Revisar",
    "status.block": "Bloqueo",
    "status.inside": "Dentro del centro",
    "status.untested": "Sin probar",
    "status.unknown": "No se sabe",
    "status.few": "Pocas personas ({n} apartadas)",
    "fitness.fit": "Sirve",
    "fitness.near": "Con cautela",
    "fitness.care": "Con cautela",
    "fitness.unfit": "No sirve",
    "fitness.unknown": "Sin medir",
    "audience.public": "para publicación abierta",
    "audience.registered": "para destinatarios registrados",
    "audience.secure_environment": "para uso en un entorno seguro",
    "unit.patient": "una persona",
    "unit.patient_year": "un año de una persona",
    "unit.visit": "una visita",
    "unit.row": "una fila",
    "unit.promise.patient": "Una persona con todas sus filas, añadida o retirada",
    "unit.promise.patient_year": "Un año de una persona, no la persona entera",
    "unit.promise.visit": "Una visita, no la persona entera",
    "unit.promise.row": "Una fila, no la persona entera",
    "evidence.doc": "la documentación",
    "evidence.clinical": "el conocimiento clínico",
    "evidence.schema": "un esquema con tipos",
    "evidence.assumed": "una suposición",
    "role.quasi_identifier": "otras personas pueden conocerla",
    "role.sensitive": "sensible",
    "role.attribute": "atributo",
    "normalise.exact": "byte a byte",
    "normalise.strip": "tras quitar los espacios de ambos extremos",
    "normalise.strip_upper": "tras quitar los espacios de ambos extremos y pasar a mayúsculas",
    "attack.focal": "Razón de verosimilitud, atacante interno",
    "attack.focal_outsider": "Razón de verosimilitud, atacante externo",
    "attack.dcr": "Distancia a la fila sintética más cercana",
    "attack.dcr_difference": "Cercanía: fila sintética frente a otra persona",
    "attack.domias": "Densidad de la entrega frente a la población",
    "attack.gen_lra": "Verosimilitud de las filas sintéticas cercanas",
    "attack.classifier": "Clasificador de filas sintéticas y otras personas",
    "attack.combined": "Todos los ataques externos en una puntuación",
    "attack.shadow": "El juego para una persona",
    "attack.nearest": "Registros raros: coincidencia exacta o próxima",
    "attack.small_cells": "Personas únicas por sus cuasiidentificadores",
    "attack.singling_out": "Singularización mediante descripciones",
    "attack.linkability": "Vinculación de dos partes de un registro",
    "attack.inference": "Inferencia de un secreto por filas parecidas",
    "attack.linkage": "Vinculación de un archivo con nombres",
    "story.focal": (
        "Un atacante interno ya tiene los registros de 9 de cada 10 personas incluidas en los datos, de 9 de cada 10 "
        "personas ajenas comparables y de la persona en cuestión. Se pregunta si la entrega encaja mejor en un mundo "
        "con esa persona que en un mundo sin ella."
    ),
    "story.focal_outsider": (
        "Un atacante externo tiene el registro de la persona en cuestión y los de algunas personas que no "
        "participaron. Se hace la misma pregunta: ¿encaja la entrega mejor en un mundo con esa persona que en un "
        "mundo sin ella?"
    ),
    "story.dcr": (
        "El atacante busca la fila sintética más cercana a una persona conocida: una cercanía sospechosa significa "
        "«estaba en los datos»."
    ),
    "story.dcr_difference": (
        "Una persona poco común está lejos de la entrega, figure en los datos o no. Por eso el atacante se pregunta "
        "qué está más cerca de una persona: una fila sintética o alguien que no participó."
    ),
    "story.domias": (
        "El atacante busca lugares donde las filas sintéticas son más densas que las personas que no participaron: "
        "ahí el sintetizador puede haber aprendido personas concretas."
    ),
    "story.gen_lra": (
        "El atacante se pregunta cuánto más verosímiles se vuelven las filas sintéticas cercanas a una persona si la "
        "población tiene a esa persona una vez más."
    ),
    "story.classifier": (
        "Un clasificador aprende a distinguir las filas sintéticas de las personas que no participaron. A quien el "
        "clasificador toma por sintético, el atacante lo toma por una persona incluida en los datos."
    ),
    "story.combined": (
        "Una sola puntuación a partir de todos los ataques de un atacante externo, con pesos fijados en entregas de "
        "práctica antes de juzgar a nadie. Así no se elige el mejor ataque a posteriori."
    ),
    "story.shadow": (
        "El atacante conoce a todas las demás personas y el método. Para cada una de unas pocas personas que destacan, "
        "hace muchas entregas con la persona y sin ella, aprende la diferencia y juzga otras nuevas."
    ),
    "story.nearest": (
        "El atacante conoce todas las columnas de la fila de una persona, una fila rara, y busca su copia en la "
        "entrega."
    ),
    "story.small_cells": (
        "El atacante conoce unas pocas columnas que distinguen a una persona de todas las demás y busca una fila "
        "sintética con los mismos valores; donde todas esas filas sintéticas coinciden en un secreto, lo toma por el "
        "de la persona."
    ),
    "story.singling_out": (
        "El atacante solo tiene la entrega. Toma descripciones que corresponden a una única fila sintética, como un "
        "grupo de edad con un diagnóstico raro, y afirma que cada una corresponde a una única persona de los datos."
    ),
    "story.linkability": (
        "El atacante tiene dos archivos sobre personas, sin nombres en común y cada uno con parte de sus columnas. De "
        "dos entradas se pregunta si la entrega las une: ¿es una misma fila sintética la más parecida a ambas?"
    ),
    "story.inference": (
        "El atacante conoce los cuasiidentificadores de una persona (o todas las columnas menos una), mira las filas "
        "sintéticas más parecidas y afirma un secreto donde cuatro de cada cinco coinciden en él."
    ),
    "story.linkage": (
        "El atacante tiene un registro con los nombres y los cuasiidentificadores de todo el mundo. Donde exactamente "
        "una fila sintética tiene los cuasiidentificadores de una persona, afirma que sus secretos son los de esa "
        "persona."
    ),
    "statistic.auc": "AUC",
    "statistic.excess_share": "proporción en exceso",
    "statistic.excess_precision": "precisión en exceso",
    "attack_status.passed": "Prueba superada",
    "attack_status.leak": "Fuga",
    "attack_status.not_resolvable": "No concluyente",
    "attack_status.invalid": "Prueba no válida",
    "control.copy_with_noise": "copia con un poco de ruido",
    "control.synthesizer_without_noise": "sintetizador sin ruido",
    "control.overfitted_sequence": "sintetizador que memorizó a personas",
    "control.verbatim_rows": "filas reales ocultas en la entrega",
    "control.one_percent_verbatim": "1\u00a0% de filas reales ocultas en la entrega",
    "control.verbatim_copy": "las propias filas reales como entrega",
    "control.label_permutation": "personas incluidas y ajenas, barajadas",
    "control.held_out_as_members": "personas ajenas en lugar de incluidas",
    "control_data.real": "personas reales",
    "control_data.surrogate": "personas inventadas",
    "rate.fpr": "{share} acusadas por error",
    "rate.rare_near": "Registros raros, coincidencia próxima",
    "rate.rare_exact": "Registros raros, coincidencia exacta",
    "rate.all_near": "Todas las personas, coincidencia próxima",
    "rate.all_exact": "Todas las personas, coincidencia exacta",
    "rate.replicated_unique": "Personas únicas por sus cuasiidentificadores, con una fila sintética propia (repU)",
    "rate.replicated_among_unique": "Lo mismo, entre las personas únicas",
    "rate.unique_and_present": (
        "Personas únicas por sus cuasiidentificadores, que también aparecen en la entrega (UiOiS)"
    ),
    "rate.disclosed": (
        "Personas en cuyo valor de {column} coinciden las filas sintéticas con sus cuasiidentificadores (DiSCO)"
    ),
    "rate.closer": "Más cerca de la entrega que las personas del otro grupo (DCR, 50\u00a0% si no hay fuga)",
    "rate.more_outstanding": ("La fila más cercana destaca más que en el otro grupo (NNDR, 50\u00a0% si no hay fuga)"),
    "rate.everybody": "Todas las personas, con una de cada diez ajenas acusada",
    "rate.isolated": "El 1 de cada 100 más aislado",
    "rate.quasi_identifier_singletons": "Personas únicas por lo que otros pueden saber de ellas",
    "rate.rare_levels": "Las 5 de cada 100 con los valores más raros",
    "rate.most_rows": "Las 5 de cada 100 con más filas",
    "rate.nearest_half_as_far": "Fila más cercana a la mitad de distancia que la segunda",
    "rate.singled_out": "Personas singularizadas",
    "rate.isolating": "Descripciones que corresponden a una sola de otras tantas personas",
    "rate.isolating_one_column": "Lo mismo, con una columna",
    "rate.isolating_several_columns": "Lo mismo, con 2 a 4 columnas",
    "rate.linked": "Personas cuyas dos partes se vincularon",
    "rate.claimed": "Personas de las que se afirmó algo",
    "rate.right_claim": "Personas de las que se afirmó algo cierto",
    "rate.right_if_claimed": "Aciertos entre las afirmaciones",
    "rate.guesser": "Alguien que adivina sin la entrega",
    "rate.secret": "Aciertos entre las afirmaciones sobre {column}",
    "outcome.detected": "Detectado, como debe ser",
    "outcome.missed": "No detectado: la prueba no es válida",
    "outcome.weak": "No detectado; probabilidad de verlo: {power}",
    "outcome.quiet": "Sin señal, como debe ser",
    "outcome.alarm": "Falsa alarma: la prueba no es válida",
    "limit.epsilon_release": "ε de una entrega",
    "limit.epsilon_lifetime": "ε de todas las entregas sobre estas personas",
    "limit.delta_times_patients": "δ multiplicado por el número de personas",
    "limit.membership_auc_lower_over_ceiling": (
        "Ataque de pertenencia: extremo inferior del intervalo por encima del techo"
    ),
    "limit.exact_match_excess_upper": "Coincidencias más allá del azar: extremo superior del intervalo",
    "limit.mean_tvd_two_way": "Distancia media en las tablas de dos columnas",
    "limit.outside_domain_share": "Proporción de un nivel para valores fuera del dominio declarado",
    "purpose.one_way": "tablas de una columna",
    "purpose.selection": "qué pares medir",
    "purpose.pairs": "tablas de dos columnas",
    "purpose.utility": "cifra de utilidad",
    "purpose.sizes": "cuántas filas tienen las personas",
    "purpose.total": "número de filas",
    "purpose.rounds": "tablas en las que el modelo aún erraba, por rondas",
    "purpose.marginals": "tablas declaradas",
    "purpose.again": "en qué yerra aún el modelo",
    "note.rows_read": "Filas leídas",
    "note.rows_left_out": "Filas omitidas porque sus campos no encajaban con la línea de encabezado",
    "note.rows_without_id": "Filas descartadas porque faltaba el identificador",
    "note.rows_cut": "Filas recortadas por el tope por persona",
    "note.people_train": "Personas con las que se entrenó el mecanismo",
    "note.people_reference": "Personas apartadas, primera mitad",
    "note.people_control": "Personas apartadas, segunda mitad (control negativo: una mitad frente a la otra)",
    "note.rows_train": "Filas con las que se entrenó el mecanismo",
    "note.rows_reference": "Filas de personas apartadas, primera mitad",
    "note.rows_control": "Filas de personas apartadas, segunda mitad",
    "column.type.category": "lista de códigos",
    "column.type.boolean": "sí o no",
    "column.type.integer": "números enteros por tramos",
    "column.type.real": "números por tramos",
    "column.type.date": "días por tramos de calendario",
}

SENTENCES = _PAGE | _CODES
