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
    "section.relations": "Las personas, sus filas y el tiempo",
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
    "translation.unreviewed": "Esta traducción no ha sido revisada.",
    "translation.binding.en": "Prevalece el informe en inglés (report.en.html).",
    "translation.binding.de": "Prevalece el informe en alemán (report.de.html).",
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
    "unit.promise.tables": "Una persona con todas sus filas en todas las tablas, añadida o retirada",
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
    "attack.dcr_difference": "Cercanía: fila sintética u otra persona",
    "attack.domias": "Densidad de la entrega frente a la población",
    "attack.gen_lra": "Verosimilitud de filas sintéticas cercanas",
    "attack.classifier": "Clasificador: fila sintética u otra persona",
    "attack.combined": "Todos los ataques externos en una puntuación",
    "attack.shadow": "El juego para una persona",
    "attack.nearest": "Registros raros, coincidencia (casi) exacta",
    "attack.small_cells": "Personas únicas por sus cuasiidentificadores",
    "attack.singling_out": "Singularización mediante descripciones",
    "attack.linkability": "Vinculación de dos partes de un registro",
    "attack.inference": "Inferencia de un secreto por filas parecidas",
    "attack.linkage": "Vinculación de un archivo con nombres",
    "attack.whole_person": "Persona sintética más parecida",
    "attack.shared_runs": "Secuencias de filas de una sola persona",
    "attack.known_events": "Hallar a una persona por unos pocos eventos",
    "attack.event_sets": "Singularización por grupos de eventos",
    "attack.linked_tables": "Vinculación de dos tablas de una persona",
    "attack.row_secret": "Inferencia de un secreto de una fila",
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
        "El atacante busca lugares con mayor densidad de filas sintéticas que de personas que no participaron: ahí el "
        "sintetizador puede haber aprendido personas concretas."
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
    "story.whole_person": (
        "El atacante conoce todas las filas de una persona en todas las tablas, su orden y los días entre "
        "ellas, y busca la persona sintética que más tiene en común con ella: un parecido sospechoso "
        "significa «estaba en los datos»."
    ),
    "story.shared_runs": (
        "El atacante conoce todas las filas de una persona en su orden, busca cinco seguidas que no tiene "
        "ninguna otra persona real y las busca entre todas las personas sintéticas."
    ),
    "story.known_events": (
        "El atacante conoce tres filas de una persona, de cualquier tabla. Donde exactamente una persona "
        "sintética las tiene todas, afirma que las demás filas de esta son las de la persona."
    ),
    "story.event_sets": (
        "El atacante solo tiene la entrega. Toma de dos a cuatro filas que juntas tiene exactamente una "
        "persona sintética, y afirma que exactamente una persona de los datos las tiene."
    ),
    "story.linked_tables": (
        "El atacante tiene dos archivos sin nombres en común, cada uno con una tabla de las mismas personas, "
        "y pregunta por dos entradas si la entrega las une: ¿es una misma persona sintética la más parecida a "
        "ambas?"
    ),
    "story.row_secret": (
        "El atacante lo sabe todo de una persona salvo un valor de una fila, mira las filas correspondientes "
        "de las personas sintéticas más parecidas y afirma el valor en el que coinciden cuatro de cada cinco."
    ),
    "remark.focal": (
        "Los recuentos de la entrega se comparan con los de las personas cuyos registros tiene el atacante."
    ),
    "remark.focal_outsider": (
        "Los recuentos de la entrega se comparan con los de personas apartadas que no son objetivo."
    ),
    "remark.dcr": (
        "Esta búsqueda encuentra copias de registros. No es una medida de la privacidad y no ve fugas a través de "
        "recuentos."
    ),
    "remark.dcr_difference": (
        "Las distancias a la entrega se comparan con las distancias a personas apartadas. Encuentra copias y poco más."
    ),
    "remark.domias": (
        "La densidad de la entrega alrededor de cada persona se compara con la de personas apartadas, que no son "
        "objetivo."
    ),
    "remark.gen_lra": (
        "Las filas sintéticas cercanas a cada persona se comparan en una población con la persona y sin ella."
    ),
    "remark.classifier": (
        "Un clasificador aprendió a distinguir las filas sintéticas de las de personas apartadas, que no son objetivo."
    ),
    "remark.combined_held_out": (
        "Seis ataques en una puntuación, con pesos aprendidos de antemano en entregas hechas con personas apartadas "
        "que no son objetivo."
    ),
    "remark.combined_made_up": (
        "Seis ataques en una puntuación, con pesos aprendidos de antemano en entregas hechas con personas inventadas "
        "que no son objetivo."
    ),
    "remark.most_everybody": (
        "De los {groups} grupos definidos de antemano, todas las personas juntas son las que más destacan."
    ),
    "remark.most_isolated": (
        "De los {groups} grupos definidos de antemano, las personas más aisladas son las que más destacan."
    ),
    "remark.most_quasi_identifier_singletons": (
        "De los {groups} grupos definidos de antemano, las personas únicas por sus cuasiidentificadores son las que "
        "más destacan."
    ),
    "remark.most_rare_levels": (
        "De los {groups} grupos definidos de antemano, las personas con los valores más raros son las que destacan más."
    ),
    "remark.most_most_rows": (
        "De los {groups} grupos definidos de antemano, las personas con más filas son las que más destacan."
    ),
    "remark.shadow": (
        "El peor caso entre {members} personas incluidas que destacan, en {releases} entregas hechas con esa persona y "
        "sin ella; el atacante conoce a todas las demás."
    ),
    "remark.nearest_exact": (
        "Entre las personas con un registro al que no se aproxima el de nadie más, esta es la proporción hallada en "
        "la entrega (no difiere ninguna columna), más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.nearest_one": (
        "Entre las personas con un registro al que no se aproxima el de nadie más, esta es la proporción hallada en "
        "la entrega (difiere 1 columna como máximo), más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.nearest_several": (
        "Entre las personas con un registro al que no se aproxima el de nadie más, esta es la proporción hallada en "
        "la entrega (difieren {columns} columnas como máximo), más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.small_cells_keys": (
        "Proporción de personas a las que los cuasiidentificadores distinguen de todas las demás y llevan a una fila "
        "sintética propia, más allá de lo que ocurre con personas ajenas a la entrega."
    ),
    "remark.small_cells_rest": (
        "Proporción de personas a las que todas las columnas menos los secretos distinguen de todas las demás y "
        "llevan a una fila sintética propia, más allá de lo que ocurre con personas ajenas a la entrega."
    ),
    "remark.small_cells_all": (
        "Proporción de personas a las que todas las columnas distinguen de todas las demás y llevan a una fila "
        "sintética propia, más allá de lo que ocurre con personas ajenas a la entrega."
    ),
    "remark.singling_out": (
        "Proporción de personas a las que corresponde una descripción tomada de la entrega, y a nadie más en los "
        "datos, más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.linkability_keys": (
        "Proporción de personas de las que la entrega vincula dos partes (los cuasiidentificadores y todas las demás "
        "columnas), más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.linkability_halves": (
        "Proporción de personas de las que la entrega vincula dos partes (dos mitades de las columnas), más allá de "
        "lo que ocurre con personas ajenas a ella."
    ),
    "remark.inference": (
        "Proporción de los secretos afirmados que son ciertos: entre las personas incluidas en los datos, más allá de "
        "las ajenas. Lo que se acierta sobre ambas es conocimiento sobre la población."
    ),
    "remark.linkage_keys": (
        "Proporción de personas cuya única coincidencia en la entrega, según los cuasiidentificadores, acierta sus "
        "secretos, más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.linkage_rest": (
        "Proporción de personas cuya única coincidencia en la entrega, según las columnas por las que no se pregunta, "
        "acierta sus secretos, más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.whole_person": (
        "Se comparan personas enteras, según el peso de las filas que comparten. Esta búsqueda encuentra "
        "copias de personas. No ve lo que se filtra a través de los recuentos."
    ),
    "remark.shared_runs": (
        "De las personas con filas seguidas que nadie más tiene, proporción de aquellas cuyas filas tiene "
        "también una persona sintética, más allá de lo que ocurre con personas ajenas a la entrega."
    ),
    "remark.known_events": (
        "Proporción de personas de las que el atacante, mediante unas pocas filas, encuentra otra "
        "correctamente, más allá de lo que ocurre con personas ajenas a la entrega."
    ),
    "remark.event_sets": (
        "Proporción de personas a las que corresponde un grupo de filas tomado de la entrega, y a nadie más "
        "en los datos, más allá de lo que ocurre con personas ajenas a ella."
    ),
    "remark.linked_tables": (
        "Proporción de personas de las que la entrega vincula dos tablas, más allá de lo que ocurre con "
        "personas ajenas a ella."
    ),
    "remark.row_secret": (
        "Proporción de los valores afirmados de una fila que son ciertos: entre las personas incluidas en los "
        "datos, más allá de las ajenas. Lo que se acierta sobre ambas es conocimiento sobre la población."
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
    "control.one_percent_verbatim": "1\u202f% de filas reales ocultas",
    "control.verbatim_copy": "las filas reales como entrega",
    "control.label_permutation": "incluidas y ajenas, barajadas",
    "control.held_out_as_members": "ajenas en lugar de incluidas",
    "control.people_with_noise": "personas copiadas con algo de ruido",
    "control.one_percent_of_people": "1\u202f% de personas reales ocultas",
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
        "Personas únicas por sus cuasiidentificadores, y estos figuran también en la entrega (UiOiS)"
    ),
    "rate.disclosed": (
        "Personas en cuyo valor de {column} coinciden las filas sintéticas con sus cuasiidentificadores (DiSCO)"
    ),
    "rate.closer": "Más cerca de la entrega que las personas del otro grupo (DCR, 50\u202f% si no hay fuga)",
    "rate.more_outstanding": ("La fila más cercana destaca más que en el otro grupo (NNDR, 50\u202f% si no hay fuga)"),
    "rate.everybody": "Todas las personas, con una de cada diez ajenas acusada",
    "rate.isolated": "Las personas más aisladas, 1 de cada 100",
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
    "rate.runs": "Personas con cinco filas seguidas propias, halladas",
    "rate.timed_runs": "Lo mismo, con cuatro filas y los días entre ellas",
    "rate.whole_tables": "Lo mismo, con todas las filas de una tabla",
    "rate.all_runs": "Todas las personas, halladas por cinco filas seguidas",
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
    "limit.source.epsilon_release": (
        "10: final del nivel 2 de Ponomareva et al. (2023), arXiv:2303.00654; 3: decisión local"
    ),
    "limit.source.epsilon_lifetime": "decisión local",
    "limit.source.delta_times_patients": "delta muy por debajo de uno dividido entre el número de personas",
    "limit.source.membership_auc_lower_over_ceiling": "superar el techo es imposible, salvo que el código sea erróneo",
    "limit.source.exact_match_excess_upper": (
        "0,09: práctica de la EMA y de Health Canada, según la citan El Emam et al. (2020)"
    ),
    "limit.source.mean_tvd_two_way": "decisión local: utilidad para tablas de dos columnas",
    "limit.source.outside_domain_share": (
        "decisión local: un dominio declarado debería contener la mayoría de los valores"
    ),
    "purpose.one_way": "tablas de una columna",
    "purpose.selection": "qué pares medir",
    "purpose.pairs": "tablas de dos columnas, o columnas contadas de nuevo",
    "purpose.utility": "cifra de utilidad",
    "purpose.ranks": "tablas de los valores habituales de un código",
    "purpose.sizes": "cuántas filas tienen las personas",
    "purpose.total": "número de filas",
    "purpose.rounds": "tablas en las que el modelo aún se equivocaba, por rondas",
    "purpose.marginals": "tablas declaradas",
    "purpose.again": "en qué se equivoca aún el modelo",
    "purpose.critic": "entrenamiento del crítico",
    "note.rows_read": "Filas leídas",
    "note.rows_left_out": "Filas omitidas porque sus campos no encajaban con la línea de encabezado",
    "note.rows_without_id": "Filas descartadas porque faltaba el identificador",
    "note.rows_without_person": (
        "Filas sin identificador, sin persona, sin fila superior, o segundas filas donde corresponde una"
    ),
    "note.rows_cut": "Filas recortadas por el tope por persona",
    "note.rows_not_laid_out": "Filas sin oleada, o segundas de una persona y oleada",
    "note.people_train": "Personas con las que se entrenó el mecanismo",
    "note.people_reference": "Personas apartadas, primera mitad",
    "note.people_control": "Personas apartadas, segunda mitad (control negativo: una mitad frente a la otra)",
    "note.rows_train": "Filas con las que se entrenó el mecanismo",
    "note.rows_reference": "Filas de personas apartadas, primera mitad",
    "note.rows_control": "Filas de personas apartadas, segunda mitad",
    "level.absent": "sin fila en esta oleada",
    "level.not_yet": "todavía no",
    "level.yes": "sí",
    "level.no": "no",
    "level.missing": "ausente",
    "level.true": "verdadero",
    "level.false": "falso",
    "level.bin": "{first} a {last}",
    "column.type.category": "lista de códigos",
    "column.type.boolean": "sí o no",
    "column.type.integer": "números enteros por tramos",
    "column.type.real": "números por tramos",
    "column.type.date": "días por tramos de calendario",
    "column.type.offset": "días desde otra fecha, por tramos",
}

_DECISION = {
    "verdict.pass": "Ninguna regla se opone a esta entrega",
    "verdict.review.one": "Ninguna regla bloquea esta entrega. {n} punto requiere valoración",
    "verdict.review.other": "Ninguna regla bloquea esta entrega. {n} puntos requieren valoración",
    "verdict.block.one": "Esta entrega está bloqueada por {n} motivo",
    "verdict.block.other": "Esta entrega está bloqueada por {n} motivos",
    "verdict.public.pass": "De {rules} reglas sobre valores públicos, ninguna se opone a esta entrega",
    "verdict.public.review.one": (
        "De {rules} reglas sobre valores públicos, ninguna bloquea esta entrega. {n} punto requiere valoración"
    ),
    "verdict.public.review.other": (
        "De {rules} reglas sobre valores públicos, ninguna bloquea esta entrega. {n} puntos requieren valoración"
    ),
    "decision.meaning.pass": (
        "Aquí no se juzga si la normativa de protección de datos se aplica a estos datos; eso corresponde al delegado "
        "de protección de datos y al responsable del tratamiento."
    ),
    "decision.meaning.review": (
        "Aquí no se juzga si la normativa de protección de datos se aplica a estos datos; eso corresponde al delegado "
        "de protección de datos y al responsable del tratamiento."
    ),
    "decision.meaning.block": (
        "No puede salir tal como está. Un bloqueo no se puede levantar aquí; hace falta una nueva ejecución o una "
        "nueva política."
    ),
    "decision.scope.internal": "",
    "decision.scope.public": (
        "Calculado solo con valores que pueden salir del centro. Pruebas con personas reales, que se juzgan dentro: "
        "{attacks}."
    ),
    "decision.what": "Qué sale",
    "decision.what.text": (
        "1 tabla con {columns} columnas y una clave inventada, {rows} filas sintéticas; la edición pública de este "
        "informe, sus cifras (facts.json), la política y el manifiesto; ningún modelo"
    ),
    "decision.what.tables": (
        "{tables} tablas relacionadas, con {columns} columnas y claves inventadas, {rows} filas sintéticas en total; "
        "la edición pública de este informe, sus cifras (facts.json), la política y el manifiesto; ningún modelo"
    ),
    "decision.whom": "Para quién",
    "decision.whom.text": "{recipients} ({audience})",
    "decision.purpose": "Para qué",
    "decision.unit": "Protegido",
    "decision.unprotected": "No protegido",
    "decision.unprotected.text": (
        "Familias, consultorios y otros grupos como tales; verdades sobre la población; el hecho de la entrega. <a "
        'href="#unprotected">Ver todo</a>'
    ),
    "decision.risk": "Riesgo",
    "decision.benefit": "Utilidad",
    "decision.points.internal": "Puntos que usted debe valorar",
    "decision.points.public": "Puntos que requieren valoración",
    "decision.more.one": 'y {n} más en <a href="#findings">todos los hallazgos</a>',
    "decision.more.other": 'y {n} más en <a href="#findings">todos los hallazgos</a>',
    "decision.sign": "Dictamen y decisión",
    "decision.unsigned": "Aún sin firmar",
    "decision.elsewhere": "Decisión: véase signatures/",
    "decision.about": "Sobre quién",
    "decision.about.text": (
        "Como máximo {people} personas; columnas sensibles: {sensitive}; columnas que podrían ayudar a reconocer a "
        "alguien: {recognise}"
    ),
    "decision.missing": "No consta",
    "decision.missing.text": '<strong class="warn">{what}</strong>',
    "missing.basis": "base jurídica",
    "missing.dpia": "evaluación de impacto (EIPD)",
    "tile.release": "Qué puede revelar esta entrega de alguien",
    "tile.release.value": "ε {epsilon}",
    "tile.release.unit": "con δ {delta}",
    "tile.release.meaning": (
        "Un atacante que puede acusar por error a {accused} de {people} personas ajenas a los datos encuentra <b>en "
        "promedio</b> como máximo a <b>{found}</b> de {people} personas incluidas en ellos. Al azar encuentra a "
        "{accused}."
    ),
    "tile.release.chart": (
        "Como máximo {found} de {people} personas encontradas; acusaciones erróneas admitidas: {accused}"
    ),
    "tile.lifetime": "Todas las entregas sobre estas personas",
    "tile.lifetime.unit": "del presupuesto total",
    "tile.lifetime.meaning": (
        "Se cuenta en ρ, porque ε no se suma. ε <b>{total}</b> de {limit} según la regla más prudente del libro de "
        "cuentas, incluida esta entrega. {history}"
    ),
    "tile.lifetime.demo": (
        "Se cuenta en ρ, porque ε no se suma. ε <b>{total}</b> de {limit} según la regla más prudente del libro de "
        "cuentas. Libro de demostración: no cuenta otras entregas sobre estas personas. {history}"
    ),
    "tile.lifetime.committed.one": "{n} entrega anterior.",
    "tile.lifetime.committed.other": "{n} entregas anteriores.",
    "tile.lifetime.open.one": "{n} ejecución inacabada, con cargo.",
    "tile.lifetime.open.other": "{n} ejecuciones inacabadas, con cargo.",
    "tile.lifetime.imported.one": "{n} entrega hecha sin este programa.",
    "tile.lifetime.imported.other": "{n} entregas hechas sin este programa.",
    "tile.lifetime.unbounded": (
        "<b>Se desconoce el total</b>: una entrega anterior no tenía privacidad diferencial. Las demás: ε "
        "<b>{total}</b> de {limit}."
    ),
    "tile.lifetime.chart": "Presupuesto total usado: {used}; de ello, por esta entrega: {release}",
    "tile.attack": "Mejor ataque de pertenencia ejecutado",
    "tile.pairs": "{value}",
    "tile.pairs.unit": "pares acertados de 100",
    "who.focal": (
        "Por un atacante interno que ya tiene los registros de 9 de cada 10 personas de los datos, de 9 de cada 10 "
        "ajenas comparables y de la persona en cuestión."
    ),
    "who.focal_outsider": (
        "Por un atacante externo que tiene el registro de la persona en cuestión y los de algunas que no participaron."
    ),
    "who.dcr": "Por alguien que busca copias.",
    "who.dcr_difference": "Por alguien que busca copias y tiene los registros de algunas personas que no participaron.",
    "who.domias": ("Por un atacante externo que compara la densidad de la entrega con personas que no participaron."),
    "who.gen_lra": (
        "Por un atacante externo que compara las filas sintéticas cercanas con personas que no participaron."
    ),
    "who.classifier": (
        "Por un atacante externo cuyo clasificador distingue las filas sintéticas de personas que no participaron."
    ),
    "who.combined": (
        "Por un atacante externo con seis ataques en una puntuación, que tiene los registros de algunas personas que "
        "no participaron."
    ),
    "who.shadow": (
        "Por alguien que conoce a todas las demás personas y el método, sobre una de las personas que más destacan. "
        "Los pares son pares de entregas, con esta persona y sin ella."
    ),
    "tile.attack.meaning": (
        "{who} Al azar: {baseline}. Máximo según el presupuesto: <b>{ceiling}</b>. Intervalo del {confidence}: "
        "{low} a {high}.{better}"
    ),
    "tile.attack.better": " Mejor que adivinar, dentro del techo.",
    "tile.attack.chart": "{value} de 100, intervalo {low} a {high}, al azar {baseline}, techo {ceiling}",
    "tile.attack.none": "Ningún ataque de pertenencia válido",
    "tile.attack.none.meaning": (
        "La cifra es el techo del presupuesto, no una prueba: de 100 pares de una persona incluida en los datos y una "
        "ajena, se puede acertar como máximo en {ceiling}. Al azar: 50."
    ),
    "tile.ceiling": "Techo de todo ataque a esta entrega",
    "tile.ceiling.meaning": (
        "Ante una persona incluida en los datos y una ajena, un atacante elige la correcta como máximo "
        "<b>{ceiling}</b> de cada 100 veces. Al azar: 50. Las pruebas con personas reales no "
        "salen del centro."
    ),
    "tile.ceiling.chart": "Como máximo {ceiling} de 100 pares acertados; al azar, 50",
    "risk.price": "Coste de esta entrega y margen δ",
    "risk.lifetime": "Coste de todas las entregas sobre estas personas",
    "risk.noise": "Ruido y contabilidad; ninguna excepción declarada",
    "risk.unit": "La unidad protegida es una persona entera",
    "risk.membership": "No consta un ataque de pertenencia sobre el techo",
    "risk.reidentification": "No más coincidencias de las que permite el límite",
    "risk.attacks": "Pruebas de ataque: los controles se cumplieron",
    "risk.inside": "Pruebas de ataque con personas reales",
    "risk.few": "Ataques con pocas acusaciones erróneas",
    "risk.untested.both": "Vincular con otros datos; inferir un rasgo",
    "risk.untested.linkage": "Vincular con otros datos",
    "risk.untested.inference": "Inferir un rasgo",
    "benefit.one_way": "Tablas de una columna",
    "benefit.two_way": "Tablas de dos columnas",
    "benefit.near": "{what} (cerca del límite, dentro del ruido)",
    "benefit.outside_domain": "Valores dentro de listas y rangos declarados",
    "benefit.candidates": "El más cercano de {number} mecanismos según distancias con ruido; el coste los cuenta todos",
    "benefit.histories": "Historiales de una persona a lo largo del tiempo",
}

_FINDINGS = {
    "finding.more": " y {n} más",
    "finding.rehearsal.block": "Esto es un ensayo con datos inventados. No es una entrega.",
    "finding.noise.pass": "El ruido de privacidad procede de {value} y se generó sin semilla.",
    "finding.noise.block": (
        "Un interruptor de prueba fijó el ruido de privacidad ({value}). El resultado no protege a nadie y no es una "
        "entrega."
    ),
    "finding.unprotected.pass": "No se declaró ningún paso fuera de la garantía.",
    "finding.unprotected.block": (
        "Sin protección: hechos declarados sobre personas reales que quedan fuera de la garantía ({value})."
    ),
    "finding.claim.pass": "El ruido que se usó cumple lo afirmado: ε {value} de {claimed} con δ {delta}.",
    "finding.claim.block": "El ruido que se usó no cumple lo afirmado: ε {value} en lugar de {claimed} con δ {delta}.",
    "finding.epsilon_release.pass": ("Esta entrega cuesta ε {value}; hasta {pass_limit} la política no pone objeción."),
    "finding.epsilon_release.review": (
        "Esta entrega cuesta ε {value}, por encima de {pass_limit}: ¿está justificado para estos destinatarios?"
    ),
    "finding.epsilon_release.block": "Esta entrega cuesta ε {value}; el límite de la política es {review_limit}.",
    "finding.epsilon_lifetime.pass": (
        "Todas las entregas juntas cuestan a estas personas ε {value}; hasta {pass_limit} la política no pone objeción."
    ),
    "finding.epsilon_lifetime.review": (
        "Todas las entregas juntas cuestan a estas personas ε {value}, por encima de {pass_limit}: ¿está justificado?"
    ),
    "finding.epsilon_lifetime.unknown": (
        "Este libro de cuentas es de demostración: no se conocen otras entregas sobre estas personas. ε {value} "
        "abarca solo {covered}."
    ),
    "finding.epsilon_lifetime.unbounded": (
        "Total desconocido: una entrega anterior no tenía privacidad diferencial. ε {value} abarca las demás. ¿Es "
        "aceptable?"
    ),
    "finding.covers.release": "esta entrega",
    "finding.covers.ledger": "las entregas de este libro de cuentas",
    "finding.epsilon_lifetime.block": (
        "Todas las entregas juntas cuestan a estas personas ε {value}; el límite de la política es {review_limit}."
    ),
    "finding.delta.pass": (
        "δ multiplicado por el mayor número posible de personas es {value}; hasta {pass_limit} la política no pone "
        "objeción."
    ),
    "finding.delta.review": (
        "δ multiplicado por el mayor número posible de personas es {value}, por encima de {pass_limit}: ¿conviene "
        "elegir un δ menor?"
    ),
    "finding.delta.block": (
        "δ multiplicado por el mayor número posible de personas es {value}; el límite de la política es {review_limit}."
    ),
    "finding.unit.pass": "La unidad protegida es {unit} con todas sus filas.",
    "finding.unit.review": "La unidad protegida es {unit}, no una persona entera: ¿es suficiente?",
    "finding.legal.pass": "La política indica una base jurídica y una evaluación de impacto.",
    "finding.legal.review": "Falta en la política: {missing}.",
    "finding.two_way_free.pass": (
        "Las tablas de dos columnas distan en promedio {value} puntos de las respuestas con ruido ({marginals} pares "
        "medidos; el ruido por sí solo daría {floor} puntos). Límite: {pass_limit}."
    ),
    "finding.two_way_free.review": (
        "Las tablas de dos columnas distan en promedio {value} puntos de las respuestas con ruido, por encima de "
        "{pass_limit} ({marginals} pares medidos; el ruido por sí solo daría {floor} puntos): ¿son lo bastante útiles?"
    ),
    "finding.two_way_free.block": (
        "Las tablas de dos columnas distan en promedio {value} puntos de las respuestas con ruido ({marginals} pares "
        "medidos; el ruido por sí solo daría {floor} puntos); el límite de la política es {review_limit}."
    ),
    "finding.two_way_paid.pass": (
        "Todas las tablas de dos columnas ({marginals}) distan en promedio {value} puntos (ruido {sd}) de los datos "
        "reales; límite: {pass_limit}."
    ),
    "finding.two_way_paid.review": (
        "Todas las tablas de dos columnas ({marginals}) distan en promedio {value} puntos (ruido {sd}) de los datos "
        "reales, por encima de {pass_limit}: ¿son lo bastante útiles?"
    ),
    "finding.two_way_paid.block": (
        "Todas las tablas de dos columnas ({marginals}) distan en promedio {value} puntos (ruido {sd}) de los datos "
        "reales; el límite de la política es {review_limit}."
    ),
    "finding.two_way_unknown.review": (
        "No se midió ninguna tabla de dos columnas: no se sabe nada de las relaciones entre columnas."
    ),
    "finding.outside_domain.pass": (
        "Ninguna columna tiene claramente más de {pass_limit} de sus filas en un nivel de valores ausentes, fuera de "
        "la lista o llevados al borde del rango."
    ),
    "finding.outside_domain.review": (
        "{level}{more} El centro debe valorar si es así en las personas o se leen mal los valores."
    ),
    "finding.level.missing": "{column}: {value} de las filas no tienen valor (límite {limit}).",
    "finding.level.other": "{column}: {value} de las filas tienen un valor que no está en la lista (límite {limit}).",
    "finding.level.edge": "{column}: {value} de las filas están en el tramo del borde del rango (límite {limit}).",
    "finding.level.more": " También: {columns}{more}.",
    "finding.attack_passed.pass": (
        "{subject}: {value} ({low} a {high}). No mejor que adivinar, hasta donde alcanza a ver esta prueba; habría "
        "visto {detectable} o más en 8 de cada 10 casos."
    ),
    "finding.attack_passed.above": (
        "{subject}: {value} ({low} a {high}). <b>Mejor que adivinar</b>, y dentro de lo que permite el presupuesto "
        "({ceiling})."
    ),
    "finding.attack_passed.unlimited": (
        "{subject}: {value} ({low} a {high}). <b>Mejor que adivinar</b>; el presupuesto no pone techo a esta cifra."
    ),
    "finding.attack_leak.block": (
        "{subject}: {value} supera lo que permite el presupuesto. Algo no hace lo que afirma."
    ),
    "finding.attack_not_resolvable.review": (
        "{subject}: con {people} personas apartadas, a la prueba pudo escapársele cualquier valor inferior a "
        "{detectable}. No es evidencia en un sentido ni en otro; ¿basta con el techo?"
    ),
    "finding.attack_invalid.block": "{subject}: falló un control, así que sus cifras no significan nada.",
    "finding.attack_absent.review": "{subject}: la política pide este ataque y no se ejecutó.",
    "finding.membership_ceiling.pass": (
        "{subject}: el extremo inferior del intervalo, {low}, no supera el techo de {ceiling}."
    ),
    "finding.membership_ceiling.review": (
        "{subject}: el extremo inferior del intervalo, {low}, supera el techo de {ceiling}."
    ),
    "finding.membership_ceiling.block": (
        "{subject}: el extremo inferior del intervalo, {low}, supera el techo de {ceiling}. Algo no hace lo que afirma."
    ),
    "finding.match_excess.pass": (
        "{subject}: como máximo {value} de las {trials} más allá del azar; hasta {pass_limit} la política no pone "
        "objeción."
    ),
    "finding.match_excess.review": (
        "{subject}: hasta {value} de las {trials} más allá del azar, por encima de {pass_limit}: ¿es aceptable para "
        "estos destinatarios?"
    ),
    "finding.match_excess.block": (
        "{subject}: hasta {value} de las {trials} más allá del azar; el límite de la política es {review_limit}."
    ),
    "finding.audit.pass": (
        "Una auditoría con personas inventadas ({runs} ejecuciones con la persona y otras tantas sin ella) es "
        "compatible con la promesa (máximo ε mostrado {shown}, posible {possible})."
    ),
    "finding.audit.review": (
        "La auditoría de la promesa tuvo solo {runs} ejecuciones con la persona y otras tantas sin ella, y se le pudo "
        "escapar mucho: ¿hace falta una más larga (dpsynth audit)?"
    ),
    "finding.integrity.pass": (
        "Cada fila sintética respeta las claves, referencias, fechas, límites y listas de la política."
    ),
    "finding.integrity.block": (
        "En {value} lugares las filas sintéticas incumplen claves, referencias, fechas, límites o listas de la "
        "política."
    ),
    "finding.audit.block": "Una auditoría con personas inventadas contradice la promesa.",
    "finding.trials.excess_share": "personas",
    "finding.trials.excess_precision": "afirmaciones",
    "findings.source": "Fuente del límite: {source}.",
    "findings.lead": "Todas las reglas que se aplicaron, primero las más graves.",
}

_CLAIM = {
    "candidates.title": "Se probaron varios mecanismos",
    "candidates.lead": (
        "Cada uno de los {number} mecanismos generó una tabla sintética. El coste de esta entrega es el de todos "
        "ellos y el de las distancias con ruido que siguen; la promesa abarca todo en conjunto. Se entrega {chosen} "
        "porque su distancia con ruido es la menor. Para elegir no se miró nada más."
    ),
    "candidates.note": (
        "Las distancias son medias de todos los pares de columnas, en puntos de 100 filas. Donde dos difieren en "
        "menos de tres veces el ruido, puede haber decidido el azar. La menor de varias distancias con ruido es en "
        "promedio algo demasiado pequeña."
    ),
    "candidates.table": "Mecanismos probados",
    "candidates.share": "Parte del presupuesto",
    "candidates.released": "Entregado",
    "candidates.yes": "sí",
    "candidates.no": "no",
    "claim.lead": (
        "Esta ficha sigue el orden de NIST SP 800-226: qué se promete, a quién se aplica y qué podría debilitarlo."
    ),
    "claim.caption": "Ficha de la promesa",
    "claim.definition": "Definición",
    "claim.definition.text": (
        "Privacidad diferencial gaussiana con μ = {mu}. Eso supone privacidad diferencial (ε, δ) con ε = {epsilon} y "
        "δ = {delta}; se afirma ε = {claimed}: las filas de una persona multiplican o dividen las posibilidades "
        "(«odds») de cualquier resultado por {factor} como máximo (e elevado a ε), salvo δ. En la unidad que se suma "
        "de una entrega a otra: ρ = {rho} (zCDP), que por sí sola se convierte en ε = {zcdp}."
    ),
    "claim.definition.sampled": (
        "Privacidad diferencial (ε, δ) con ε = {epsilon} y δ = {delta}; se afirma ε = {claimed}: las filas de una "
        "persona multiplican o dividen las posibilidades («odds») de cualquier resultado por {factor} como máximo (e "
        "elevado a ε), salvo δ. Una parte de esta entrega se aprendió de muestras aleatorias de personas, de modo "
        "que ningún μ ni ρ único la describe; el registro anota su divergencia de Rényi de un orden."
    ),
    "claim.unit": "Unidad protegida",
    "claim.unit.text": (
        "{unit}. La promesa es aproximadamente la misma para una persona que está en los datos y para una que no está."
    ),
    "claim.bound": "Tope por unidad",
    "claim.bound.text": (
        "Se usan como máximo {rows} filas de cada unidad. Las filas sobrantes se descartan al azar, unidad por unidad, "
        "antes de medir nada. El tope se apoya en {bound_source} y se fijó en la política."
    ),
    "claim.bound.waves": (
        "Todas las filas de una unidad cuentan como una sola, con {waves} oleadas una junto a otra y una fila de cada "
        "una; una segunda fila de la misma unidad y oleada no interviene. La disposición se fijó en la política."
    ),
    "claim.bound.tables": (
        "De cada unidad se cuentan como máximo estas filas: {bounds}. Cuáles, se sortea, unidad por unidad y tabla por "
        "tabla, antes de medir nada. Las demás no se cuentan, pero influyen en lo que se cuenta una vez por unidad "
        "(número de filas, primeros días, resúmenes) y en lo que una fila contada dice de la fila anterior. Los topes "
        "se fijaron en la política."
    ),
    "claim.neighbours": "Datos vecinos",
    "claim.neighbours.text": (
        "Dos conjuntos de datos que difieren en una unidad, añadida o retirada. Sustituir una unidad por otra cuenta "
        "como dos de esos pasos."
    ),
    "claim.delta": "Margen más allá de ε",
    "claim.delta.text": (
        "La probabilidad de cualquier resultado puede superar el límite que fija ε, pero como máximo en δ = {delta}. "
        "Regla práctica: δ multiplicado por el mayor número de personas, {patients}, es {expected}; debería quedar "
        "muy por debajo de 1."
    ),
    "claim.adversary": "Atacante",
    "claim.adversary.text": (
        "Puede conocer el programa, la política y los registros de todas las demás personas, y calcular sin límite, "
        "salvo predecir los números aleatorios del sistema operativo. Si alguien combina varias entregas, vale el "
        "total de la sección 4. Se confía en el propio centro."
    ),
    "claim.composition": "Composición",
    "claim.composition.text": (
        "Todo lo que esta entrega preguntó se cuenta junto. Todas las entregas sobre la población <b>{population}</b> "
        "comparten un único presupuesto total."
    ),
    "claim.outside": "Fuera de la promesa",
    "claim.outside.text": (
        "Los dominios, topes, tramos, umbrales y el plan de consultas están en la política y se fijaron antes de abrir "
        "los datos. Hechos declarados fuera de la promesa: {statements}."
    ),
    "claim.after": "Después del ruido",
    "claim.after.text": (
        "El ajuste, el muestreo y todo lo que contiene la edición pública usan solo respuestas con ruido. Eso no puede "
        "debilitar la promesa."
    ),
    "claim.build": "Implementación",
    "claim.build.text": (
        "Ruido: {sampler}, números enteros sobre una retícula fina, sin semilla. La diferencia entre la retícula y el "
        "ruido ideal es como máximo {eta} y está incluida en ε y δ. ε se redondea hacia arriba; lo que queda de un "
        "presupuesto se redondea hacia abajo."
    ),
    "training.title": "Qué se aprendió de muestras de personas",
    "training.lead": (
        "Un crítico, una red que distingue registros de filas sintéticas, se entrenó con DP-SGD: descenso de "
        "gradiente estocástico con privacidad diferencial. El crítico mismo no forma parte de la entrega."
    ),
    "training.sampling": "Muestras",
    "training.sampling.text": (
        "{steps} pasos. En cada uno, cada persona está en la muestra con la probabilidad {rate}, con independencia "
        "de las demás. Quién estuvo en una muestra, y cuántas personas, queda en secreto; un paso sin nadie es un "
        "paso como cualquier otro. Ninguna muestra se recorta: una grande recibe una segunda tabla."
    ),
    "training.bound": "Límite y ruido",
    "training.bound.text": (
        "Lo que una persona aporta a un paso se reduce a una longitud de 1 como máximo, contenga lo que contenga el "
        "registro. La suma recibe ruido gaussiano con una desviación estándar de {sigma} en cada coordenada."
    ),
    "training.constants": "Constantes",
    "training.constants.text": (
        "La probabilidad, el ruido, el número de pasos y todos los tamaños se fijaron antes de abrir los datos, para "
        "todos los pasos. Ninguno se calcula a partir del número de personas de los datos o de una muestra; ninguna "
        "fila real decidió cuándo acabó el entrenamiento."
    ),
    "training.accounting": "Cómputo",
    "training.accounting.text": (
        "Los pasos y todas las demás preguntas se componen en una sola distribución de la pérdida de privacidad, "
        "sobre una retícula que hace δ demasiado grande antes que demasiado pequeño. Los pasos solos tendrían ε = "
        "{alone}."
    ),
    "training.proven": "Demostrado",
    "training.proven.text": (
        "Con números reales: que ninguna persona aporta más que el límite, que las muestras tienen exactamente la "
        "probabilidad indicada y que este ruido da los ε y δ de esta sección. Los extremos lejanos del ruido, que "
        "sus bits aleatorios no alcanzan, están pagados: {ends} de δ."
    ),
    "training.open": "No demostrado",
    "training.open.text": (
        "Que los números de coma flotante de un ordenador hagan lo mismo. Las longitudes y las sumas se calculan con "
        "un margen de 1 entre 10 000 para el redondeo. Lo que sale es un número entero sobre una retícula pública, "
        "de modo que sus últimas cifras no dicen nada; pero su ruido sigue la ley gaussiana solo salvo redondeo. El "
        "ruido exacto que reciben las tablas es demasiado lento para entrenar. Cuánto tarda un paso no queda oculto "
        "para quien observe la máquina."
    ),
    "training.random": "Números aleatorios",
    "training.random.text": (
        "Muestras y ruido: {bits}, un cifrado con una clave nueva del generador del sistema operativo para cada "
        "extracción, sin semilla. Nadie puede repetirlos sin romper el cifrado."
    ),
    "training.signal": "Señal y ruido",
    "training.signal.text": (
        "El ruido de un paso es {ratio} veces tan largo como la señal más larga que puede llevar un paso (σ√P/B con "
        "P = {parameters} y B = {batch}). Cerca de 1 o por encima, un crítico no aprende nada y los datos valen lo "
        "que las tablas pagadas por sí solas."
    ),
    "training.check": "Comprobación tras el entrenamiento",
    "training.check.mean": (
        "El generador entrenado se comparó con las tablas con ruido que ya estaban pagadas, lo que no cuesta nada. "
        "Coincide con ellas y se conservó: los datos proceden de él."
    ),
    "training.check.halfway": (
        "El generador entrenado se comparó con las tablas con ruido que ya estaban pagadas, lo que no cuesta nada. "
        "Al final se apartaba de ellas más que su ruido, así que se conservó su estado tras la mitad de los pasos, "
        "que coincide con ellas."
    ),
    "training.check.marginals": (
        "El generador entrenado se comparó con las tablas con ruido que ya estaban pagadas, lo que no cuesta nada. "
        "Se apartaba de ellas más que su ruido, así que se <b>descartó</b>: los datos se hicieron solo con las "
        "tablas. El coste del entrenamiento queda gastado igualmente."
    ),
    "training.check.other": (
        "Otro candidato quedó más cerca de los datos según las distancias pagadas, así que los datos proceden de él. "
        "El coste del entrenamiento queda gastado igualmente."
    ),
    "training.check.distances": (
        "Distancia cuadrática media a las celdas de las tablas pagadas, en unidades de su ruido (la verdad está cerca "
        "de 1): {mean} al final del entrenamiento, {halfway} tras la mitad de los pasos, {marginals} con las tablas "
        "solas. Un generador entrenado se conserva hasta {limit}."
    ),
    "training.deleted": "Borrado",
    "training.deleted.text": (
        "El crítico, la memoria de su optimizador y todos los gradientes con ruido. No están en ningún archivo de la "
        "entrega ni de la ejecución."
    ),
    "audit.title": "¿Se puso a prueba la promesa?",
    "audit.lead": (
        "Sí, solo con personas inventadas: el programa midió una tabla pequeña con una de ellas y sin ella, una y otra "
        "vez, y un atacante que lo sabe todo menos el ruido intentó distinguir ambos casos. Si el atacante hubiera "
        "acertado más a menudo de lo que permite la promesa, esta entrega no se habría hecho."
    ),
    "audit.table": "Qué pudo mostrar la auditoría (con δ = {delta})",
    "audit.promise": "Promesa",
    "audit.claim": "ε = {epsilon}",
    "audit.shown": "Máximo ε mostrado",
    "audit.possible": "Máximo que podría haber mostrado",
    "audit.runs": "Ejecuciones del paso de medición, en cada caso",
    "audit.whole": "Ejecuciones desde la tabla original, en cada caso y por persona",
    "audit.outcome": "Resultado",
    "audit.not_run": "ninguna",
    "audit.consistent": "Compatible con la promesa",
    "audit.contradicted": "Contradice la promesa",
    "audit.several": (
        "La auditoría tiene tres tablas propias (personas, estancias de las personas, valores de las "
        "estancias); la persona inventada entra o sale con todas sus filas en todas ellas."
    ),
    "audit.people.one": "La persona inventada no se parecía a nadie: es la más difícil de ocultar.",
    "audit.people.other": ("Las personas inventadas eran de {people} tipos, cada uno difícil de ocultar a su manera."),
    "audit.mutants": (
        "La misma auditoría se hizo a programas con un error conocido (demasiado poco ruido, un dominio leído de los "
        "datos y otros): detectó {caught} de {mutants}."
    ),
    "audit.no_mutants": (
        "Junto con esta entrega no se auditaron programas con un error conocido; una auditoría completa lo hace."
    ),
    "audit.not_whole": (
        "Solo se repitió el paso de medición; el camino hasta él desde la tabla original se recorrió una vez en cada "
        "caso, no en cada ejecución."
    ),
    "audit.second": (
        "También se audita ε = {epsilon}: los errores de escala no dependen de ε y allí se ven con más facilidad."
    ),
    "audit.limits": (
        "Una auditoría puede contradecir una promesa; no puede demostrarla. Su atacante ve cada respuesta con ruido; "
        "quien ataca la entrega ve algunas, y lo que se calculó con todas. «Máximo ε mostrado» es un límite inferior "
        "con una confianza del 95\u202f%, así que queda por debajo de la promesa cuando todo va bien. «Máximo que "
        "podría haber mostrado»: con tantas ejecuciones no se podría mostrar más de ningún programa, ni siquiera de "
        "uno sin ruido."
    ),
    "ceiling.lead": (
        "Estos límites valen para todo ataque <b>a esta entrega por sí sola</b>, conocido o no, si se cumple la "
        "sección 2 (un identificador es una persona; el programa y los números aleatorios funcionan). Son "
        "<b>promedios sobre el ruido</b>. Para todas las entregas juntas, véase la sección 4. Imagine {people} "
        "personas incluidas en los datos y {people} ajenas a ellos, y un atacante que acusa por error a {accused} de "
        "las ajenas."
    ),
    "ceiling.guessing": "<b>{accused}</b> de {people} encontradas al azar, sin la entrega",
    "ceiling.guessing.chart": "{people} personas incluidas en los datos, {accused} encontradas al azar",
    "ceiling.reached": (
        "<b>{found}</b> de {people} encontradas como máximo, en promedio, por el mejor ataque a esta entrega"
    ),
    "ceiling.reached.chart": "{people} personas incluidas en los datos, {found} encontradas como máximo",
    "ceiling.legend.found": "encontrada",
    "ceiling.legend.person": "no encontrada",
    "ceiling.table": (
        "Lo máximo que encuentra un atacante entre {people} personas incluidas en los datos y {people} ajenas"
    ),
    "ceiling.accused": "Personas ajenas acusadas por error, de {people}",
    "ceiling.guess": "Personas encontradas al azar",
    "ceiling.found": "Personas encontradas como máximo, de {people}",
    "ceiling.right": "Acusaciones acertadas como máximo",
    "ceiling.right.note": (
        "Las acusaciones acertadas se calculan antes de redondear, con tantas personas ajenas como incluidas en los "
        "datos."
    ),
    "ceiling.of100": "{n} de 100",
    "ceiling.pairs": (
        "Ante una persona incluida en los datos y una ajena, un atacante elige la correcta como máximo {auc} de cada "
        "100 veces. Ante una sola persona, y sabiendo que la probabilidad es de un medio, un atacante acierta como "
        "máximo {accuracy} de cada 100 veces."
    ),
    "ceiling.remark": (
        "Aquí se trata de saber <em>si</em> una persona está en los datos. Cualquier otra cosa que una entrega revele "
        "sobre una persona por haber participado está limitada del mismo modo. Nada se dice sobre lo que es cierto de "
        "todas las personas con los mismos rasgos."
    ),
    "roc.chart": (
        "Curva del techo: personas incluidas encontradas frente a personas ajenas acusadas por error, área máxima {auc}"
    ),
    "roc.caption": "Los ataques solo pueden estar en la zona sombreada. La diagonal corresponde a quien adivina.",
    "roc.caption.measured": (
        "Los ataques solo pueden estar en la zona sombreada. La diagonal corresponde a quien adivina; los puntos se "
        "midieron con personas reales."
    ),
    "roc.x": "Personas ajenas acusadas por error",
    "roc.y": "Personas encontradas",
    "roc.y.most": "Personas encontradas como máximo",
    "roc.ceiling": "techo",
    "roc.guess": "al azar",
    "roc.table": "Puntos de la curva del techo",
}

_BUDGET = {
    "budget.lead": (
        "Cada entrega sobre las mismas personas permite a un atacante ver un poco más. La población "
        "<b>{population}</b> tiene un presupuesto total de ε {limit} con δ {delta}. "
        "Tras esta entrega se ha usado ε {total}: <b>{used}</b> del presupuesto. Queda <b>{left}</b>."
    ),
    "budget.demo": (
        "Este es el libro de cuentas desechable de una demostración. No conoce ninguna otra entrega sobre estas "
        "personas, así que no debe confiarse en este total."
    ),
    "budget.chart": "Presupuesto total usado: {used}; queda: {left}",
    "budget.caption": "Presupuesto total de la población {population}, en la unidad que se suma (ρ)",
    "budget.table": "Cargos al presupuesto total",
    "budget.entry": "Entrega",
    "budget.date": "Fecha",
    "budget.state": "Estado",
    "budget.epsilon": "ε por separado",
    "budget.share": "Parte del presupuesto",
    "budget.two_epsilons": (
        "Por qué hay dos cifras para esta entrega: ε {release} es el coste exacto de lo que se preguntó, con el δ de "
        "la entrega; ε {alone} es lo que carga el libro de cuentas, según la regla menos precisa, que sigue siendo "
        "válida cualesquiera que sean las entregas posteriores."
    ),
    "budget.add": (
        "Los ε de varias entregas no se suman; las partes del presupuesto, sí. Los cargos se redondean hacia arriba y "
        "nunca se devuelven una vez abiertos los datos."
    ),
    "budget.head": (
        "Asiento {sequence} del libro de cuentas, última huella {head}. Una ejecución escribe varios asientos: su "
        "cargo, la apertura de los datos, su final; la primera sobre estas personas, también su presupuesto. Los "
        "asientos sobre otras personas cuentan igualmente."
    ),
    "ledger.committed": "entregada o lista",
    "ledger.open": "ejecución inacabada, con cargo",
    "ledger.void": "nunca abierta, sin cargo",
    "ledger.imported": "hecha sin este programa, con cargo",
    "ledger.unknown": "desconocido",
    "budget.unbounded": (
        "<b>Se desconoce lo que cuestan juntas todas las entregas sobre estas personas.</b> Una entrega anterior no "
        "tenía privacidad diferencial y ningún número limita lo que reveló. La promesa vale para las demás entregas: "
        "solo ellas se suman aquí."
    ),
    "budget.unchanged": (
        "Un presupuesto solo se aumenta con dos firmas, la de protección de datos y la de la entrega, y con un "
        "motivo. Cada aumento figura aquí para siempre; no ha habido ninguno."
    ),
    "budget.changes": (
        "Un presupuesto solo se aumenta con dos firmas, la de protección de datos y la de la entrega, y con un "
        "motivo. Cada cambio figura aquí para siempre:"
    ),
    "budget.change.raise": (
        "{date}, asiento {sequence} del libro de cuentas: <b>aumentado</b> de ε {old} con δ {old_delta} a ε {new} con "
        "δ {new_delta}. Firmaron la persona delegada de protección de datos y la responsable de la entrega; los "
        "nombres y el motivo están en el libro de cuentas."
    ),
    "budget.change.lower": (
        "{date}, asiento {sequence} del libro de cuentas: <b>reducido</b> de ε {old} con δ {old_delta} a ε {new} con "
        "δ {new_delta}. Firmó una de las dos personas que pueden aumentarlo; el nombre y el motivo están en el libro "
        "de cuentas."
    ),
    "ledger.release": "esta entrega",
    "ledger.this": "esta entrega",
    "ledger.left": "queda",
}

_ATTACKS = {
    "attacks.lead": (
        "Los ataques siguientes se ejecutaron contra esta entrega dentro del centro, con personas que estaban en los "
        "datos y con personas que se apartaron y nunca se usaron para entrenar. Una prueba solo cuenta si sus "
        "controles se cumplen: donde se introdujo una fuga a propósito, debe detectarse; donde no puede haberla, no "
        "debe dar señal."
    ),
    "attacks.words": (
        "Las personas inventadas se generan a partir de la política; entre ellas no hay ninguna persona real. AUC es "
        "la proporción de pares acertados. El intervalo de «barajadas» es la dispersión de 200 barajados."
    ),
    "attacks.people": (
        "En esta entrega las filas de una persona van juntas. Los ataques a registros sueltos ven un registro "
        "por persona (lo que dicen juntas todas sus filas: números, primeros días, resúmenes); los ataques a "
        "personas enteras, todas las filas de todas las tablas."
    ),
    "attacks.few": (
        "Solo se apartaron {control} personas. Bastan para la cifra global (AUC), pero no para medir qué encuentra un "
        "atacante que solo acusa a 1 de cada 100 o a 1 de cada 1000 personas ajenas; ahí solo cuenta el techo."
    ),
    "attacks.not_run": "No se ejecutaron: {what}.",
    "attacks.not_run.linkage": "ataques que vinculan la entrega con otros datos",
    "attacks.not_run.inference": "ataques que infieren un rasgo desconocido de una persona",
    "attacks.not_run.both": (
        "ataques que vinculan la entrega con otros datos y ataques que infieren un rasgo desconocido de una persona"
    ),
    "attacks.public": (
        "Con esta entrega por sí sola, ningún ataque, conocido o no, puede acertar en promedio en más de {auc} de cada "
        "100 pares de una persona incluida en los datos y una ajena (al azar: 50). Ese techo se deduce "
        "del ruido, no de una prueba, y requiere lo que dice la sección 2."
    ),
    "attacks.public.why": (
        "Los ataques siguientes se ejecutan dentro del centro antes de una entrega. Sus resultados miran a personas "
        "reales sin protección, así que no salen de allí; con resultados exactos de pruebas ya se han recuperado "
        "registros."
    ),
    "attacks.public.table": "Ataques que se ejecutan dentro, nombrados por la política o por defecto",
    "attacks.name": "Dónde",
    "attacks.story": "Qué hace el atacante",
    "attacks.result": "Resultado",
    "attacks.public.ceiling": "Pares acertados como máximo",
    "attacks.on": "Ejecutado con",
    "attacks.on_release": "esta entrega, personas reales",
    "attacks.interval": "Intervalo",
    "attacks.range": "{low} a {high}",
    "attacks.ceiling": "Techo",
    "attacks.ceiling.excess_share": "Exceso máximo",
    "attacks.ceiling.rate": "Techo, si la tasa real es el extremo superior del intervalo",
    "attacks.ceiling.found": "Máximo de personas encontradas",
    "attacks.ceiling.note": (
        "La proporción real de acusaciones erróneas solo se conoce hasta donde llega su intervalo, así que el techo se "
        "toma en el extremo superior; la sección 3 lo da para proporciones exactas."
    ),
    "attacks.ceiling.hidden": "no se imprime",
    "attacks.no_ceiling": "no se deduce",
    "attacks.outcome": "Resultado",
    "attacks.row.positive": "{name} (debe detectarse)",
    "attacks.row.negative": "{name} (no debe dar señal)",
    "attacks.chart": (
        "Ataques y controles, {statistic}; quien adivina alcanza {baseline}; las cifras están en la tabla siguiente"
    ),
    "attacks.caption": "Qué alcanzó cada ataque, con su intervalo.",
    "attacks.caption.auc": (
        "AUC: proporción de pares acertados de una persona incluida en los datos y una ajena, de 0,5 (al azar) a 1 "
        "(siempre)."
    ),
    "attacks.caption.excess_share": (
        "Proporción de personas singularizadas, vinculadas o halladas por coincidencia, más allá de lo que muestran "
        "por azar las personas ajenas."
    ),
    "attacks.caption.excess_precision": (
        "Proporción de las afirmaciones del atacante que son ciertas: la de las personas incluidas en los datos, más "
        "allá de la de las ajenas. Lo que se acierta sobre ambas es conocimiento sobre la población."
    ),
    "attacks.details": (
        "Qué hace y qué sabe cada atacante, todos los controles y todos los grupos de personas: <a "
        'href="#attack-details">ataque por ataque</a>.'
    ),
    "attacks.overview": "Ataques a esta entrega: {statistic}",
    "attacks.table": "{attack}: en esta entrega y donde se conoce la verdad",
    "attacks.controls": "Controles",
    "attacks.controls.held": "{held} de {all} como deben",
    "attacks.controls.weak": "{held} de {all} como deben, los demás con potencia insuficiente para juzgar",
    "attacks.controls.failed": "{held} de {all} como deben",
    "attacks.power": (
        "Personas incluidas en los datos: {members}; apartadas: {control}; intervalos del {confidence}. Quien adivina "
        "alcanza {baseline}. La prueba habría detectado una fuga de {detectable} o más ({statistic}) con una "
        "probabilidad del 80\u202f%; las menores se le pudieron escapar."
    ),
    "attacks.rates": "{attack}: tasas de personas",
    "attacks.point": "Dónde",
    "attacks.members": "Personas incluidas en los datos",
    "attacks.control": "Personas apartadas",
    "attacks.p": "valor p",
    "attacks.rate": "{share} ({low} a {high})",
    "attacks.under": "menos de {share}",
    "attacks.over": "más de {share}",
    "attacks.more_often": "{power}. Se las encuentra más a menudo que a las ajenas; por debajo del techo.",
    "attacks.rare": (
        "{share} de cada 100 personas tienen un registro al que no se aproxima el de ninguna otra persona. El atacante "
        "conoce todas las columnas de la fila."
    ),
    "attacks.unresolved": "personas insuficientes",
    "attacks.resolved": "personas suficientes",
    "attacks.too_small": "no se imprime: grupo demasiado pequeño",
    "attacks.power.head": "Potencia",
    "legend.attack": "ataque con intervalo",
    "legend.guess": "al azar",
    "legend.ceiling": "techo del presupuesto",
    "legend.positive": "control que debe detectarse",
    "legend.negative": "control que no debe dar señal",
    "legend.noisy": "respuesta con ruido",
    "legend.noise": "± 2 DE del ruido",
    "legend.synthetic": "filas sintéticas",
}

_USE = {
    "noise.sd": "DE del ruido",
    "small.lead": (
        "{rare} de {levels} niveles son tan raros que el ruido los oculta: su recuento con ruido es inferior a tres "
        "desviaciones estándar del ruido ({below} filas como máximo). Lo que muestran ahí las filas sintéticas es azar."
    ),
    "small.lead.internal": (
        " En esta edición, los recuentos y las tasas basados en menos de {minimum} personas reales (salvo "
        "cero) se dan como un rango; las diferencias de tasas y las AUC, no."
    ),
    "small.table": "Niveles que el ruido oculta",
    "small.column": "Columna",
    "small.levels": "Niveles",
    "small.rare": "Ocultos",
    "small.synthetic": "Filas sintéticas en ellos",
    "small.none": "Todos los niveles se distinguen claramente del ruido.",
    "outside.title": "Valores fuera de las listas y los rangos declarados",
    "outside.lead": (
        "Los valores fuera de la lista pasan a un nivel propio, y los valores fuera de un rango se llevan a su borde. "
        "Las proporciones claramente superiores a {limit} plantean si la lista o el rango son adecuados. Un tramo del "
        "borde contiene también los valores que le corresponden. Proporciones y ruido en porcentaje de filas{noise}."
    ),
    "outside.noise": "; DE del ruido {sd} en todos los casos",
    "outside.table": "Proporciones con ruido de filas en esos niveles, de mayor a menor",
    "outside.level": "Nivel",
    "outside.kind": "Clase",
    "outside.share": "Proporción",
    "outside.other": "fuera de la lista",
    "outside.missing": "ausente",
    "outside.edge": "borde del rango",
    "outside.more.one": (
        '{n} nivel más de este tipo tiene una proporción menor; véase <a href="#columns">columna por columna</a>.'
    ),
    "outside.more.other": (
        '{n} niveles más de este tipo tienen proporciones menores; véase <a href="#columns">columna por columna</a>.'
    ),
    "outside.none": "Ninguna columna tiene un nivel así.",
    "use.lead": "Si los datos ayudan o no depende de la pregunta. Estas respuestas valen para la tabla en su conjunto.",
    "use.title": "Para qué sirven y para qué no",
    "use.code": "Escribir y probar código de análisis",
    "use.code.text": "Las columnas, los tipos y los códigos son los de la política.",
    "use.one_way": "Tablas de una columna",
    "use.one_way.text": "Se midieron todas las columnas.",
    "use.one_way.dates": (
        "Se midieron todas las columnas salvo {dates}: lo que las tablas muestran de estas fechas se deduce de los "
        "primeros días y de los días entre filas."
    ),
    "use.two_way": "Tablas de dos columnas",
    "use.two_way.text": "{measured} de {pairs} pares se midieron directamente; los demás se deducen del modelo.",
    "use.no_rules": " La política no declara ninguna regla entre columnas, así que puede haber filas imposibles.",
    "use.rules": (
        " Las filas cumplen las reglas declaradas entre columnas ({rules}); fuera de ellas puede haber filas "
        "imposibles."
    ),
    "use.amounts": "Medias, sumas, medianas y máximos de números por tramos",
    "use.amounts.text": (
        "{binned} de {columns} columnas tienen tramos de varios valores; dentro de un tramo, los valores se sortean "
        "por igual. Unas pocas filas que el ruido pone en un último tramo ancho pueden dominar una suma o una media. "
        "Un máximo muestra hasta dónde llegan los tramos, no lo que tuvo alguien."
    ),
    "use.three_way": "Tres columnas a la vez, y más detalle",
    "use.three_way.text": "No se midió. Lo que muestra ahí la tabla se deduce del modelo, no de personas.",
    "use.histories": "Historiales de una persona, mediciones repetidas",
    "use.histories.text": (
        "Cada fila sintética vale por sí sola; no hay dos filas que vayan juntas. No cuente las filas como personas."
    ),
    "use.waves": "Cómo cambia una persona de una oleada a otra",
    "use.waves.text": (
        "Las filas de una persona sintética van juntas. Una oleada depende de la anterior en la medida en que sus "
        "columnas se midieron juntas (véase el apéndice); los recorridos por varias oleadas no son de nadie."
    ),
    "use.rare": "Niveles raros y combinaciones raras",
    "use.rare.text": (
        "Por debajo de {below} filas ({share} de la tabla), un nivel no se puede distinguir de uno vacío."
    ),
    "use.rare.tables": "Por debajo de estas filas de su tabla, un nivel no se puede distinguir de uno vacío: {below}.",
    "use.inference": "Intervalos de confianza y contrastes como si las filas fueran reales",
    "use.inference.text": "Ignoran el ruido y serían demasiado estrechos. Confírmelos con los datos reales.",
    "use.figures": "Cuánto se acercan las tablas",
    "use.explain": (
        "La distancia entre dos tablas es la proporción de filas que habría que mover a otra celda para igualarlas, "
        "aquí en puntos de 100 filas. 0 es igual; cuanto menor, mejor."
    ),
    "use.size": (
        "Se usaron unas {noisy_rows} filas para entrenar (con ruido; DE del ruido {sd}). Personas apartadas: "
        "{holdout}. Por eso ese número se dividió entre {kept}, para llegar al tamaño de toda la fuente: {rows} filas."
    ),
    "use.size.all": (
        "Se usaron unas {noisy_rows} filas para entrenar (con ruido; DE del ruido {sd}); la tabla sintética tiene "
        "{rows}."
    ),
    "use.size.ratio": (
        "Se usaron unas {noisy_rows} filas para entrenar (con ruido; DE del ruido {sd}). Llevadas al tamaño de toda la "
        "fuente (personas apartadas: {holdout}) y multiplicadas por {ratio}, como pide la política, son {rows} filas "
        "sintéticas."
    ),
    "use.size.waves": (
        "Se usaron unas {noisy_people} personas para entrenar (con ruido; DE del ruido {people_sd}), con unas "
        "{noisy_rows} filas (DE {sd}). Llevadas al tamaño de toda la fuente (personas apartadas: {holdout}; por "
        "{ratio}), son {people} personas sintéticas con {rows} filas en {waves} oleadas. Las proporciones de las "
        "columnas son proporciones de personas."
    ),
    "use.size.tables": (
        "Se usaron unas {noisy_people} personas para entrenar (con ruido; DE del ruido {people_sd}). Llevadas al "
        "tamaño de toda la fuente (personas apartadas: {holdout}) y multiplicadas por {ratio}, como pide la política, "
        "son {people} personas sintéticas. Sus filas, y cuántas filas de las personas del entrenamiento se contaron "
        "aproximadamente: {sizes}."
    ),
    "use.size.each": "{table} {rows} ({noisy}; DE del ruido {sd})",
    "use.table": "Distancia media entre tablas, en puntos de 100 filas",
    "use.what": "Comparación",
    "use.tables": "Tablas",
    "use.mean": "Distancia media",
    "use.floor": "Solo por el ruido",
    "use.no_noise": "no se añadió",
    "use.free.1": "Una columna, frente a las respuestas con ruido",
    "use.free.2": "Dos columnas, frente a las respuestas con ruido",
    "use.paid.2": "Dos columnas, frente a los datos reales, con protección",
    "use.inside.1": "Una columna, frente a los datos reales, sin protección",
    "use.inside.2": "Dos columnas, frente a los datos reales, sin protección",
    "use.inside.3": "Tres columnas, frente a los datos reales, sin protección",
    "use.pairs_note.free": (
        "Las respuestas con ruido abarcan {measured} de {pairs} pares, elegidos mediante puntuaciones con ruido. "
        "Algunos pares pueden desviarse mucho más que la media. «Solo por el ruido» es lo que mostraría aún una tabla "
        "perfecta, porque las propias respuestas tienen ruido. Las filas sintéticas siguen también el ruido, así que "
        "pueden estar más cerca de las respuestas con ruido que una tabla perfecta."
    ),
    "use.pairs_note.paid": (
        "La cifra protegida abarca los {pairs} pares y se pagó con el presupuesto. Algunos pares pueden desviarse "
        "mucho más que la media. «Solo por el ruido» es lo que mostraría aún una tabla perfecta frente a las "
        "respuestas con ruido. Las filas sintéticas siguen también el ruido, así que pueden estar más cerca de las "
        "respuestas con ruido que una tabla perfecta."
    ),
    "use.worst": "Las {shown} columnas, de {columns}, que más difieren de sus respuestas con ruido",
    "use.worst_pairs": "Los {shown} pares de columnas que más difieren de los datos reales",
    "use.pair": "{first} y {second}",
    "use.near": " La media está tan cerca del límite que el ruido no permite distinguirlos.",
    "use.far": (
        " Algunas columnas distan de sus recuentos con ruido más de lo que explican juntos el ruido y el límite: {far}."
    ),
    "bars.title": "Cuánto puede errar una tabla concreta",
    "bars.lead": (
        "Límites superiores, en puntos de 100 filas, calculados solo con las respuestas con ruido. Con una confianza "
        "del {confidence} valen para todas estas tablas a la vez, frente a las filas que se usaron para entrenar. "
        "Prevén el peor caso, así que la mayoría de las tablas están mucho más cerca. Los niveles que se unieron antes "
        "de contar se comparan unidos."
    ),
    "bars.clipped": (" Se refieren a recuentos en los que está limitada la parte de las personas con muchas filas."),
    "bars.why": (
        " Los pares medidos pueden tener el límite más amplio: prevé ruido en cada una de sus celdas; el de una "
        "dependencia, ruido en un solo número."
    ),
    "bars.table": "Como máximo, a esta distancia de la verdad, en puntos de 100 filas",
    "bars.what": "Tipo de tabla",
    "bars.median": "La mitad, dentro de",
    "bars.largest": "Todas, dentro de",
    "bars.one_way": "Una columna, medida",
    "bars.measured": "Varias columnas, medidas",
    "bars.pairs": "Dos columnas, medidas",
    "bars.scored": "Dos columnas, de las que solo se preguntó la dependencia",
    "clip.text": (
        "Se limitó la parte de una persona en una tabla: las personas con más de unas {reach} filas cuentan menos. "
        "Según recuentos con ruido, alrededor de {lost} de las filas superan ese límite. En las tablas de 100 celdas o "
        "más el límite puede ser menor. Las tablas se reescalan al número de todas las filas, pero se inclinan hacia "
        "las personas con menos filas."
    ),
    "clip.hidden": (
        "Se limitó la parte de una persona en una tabla: las personas con más de unas {reach} filas cuentan menos."
        " El ruido oculta cuántas de las filas superan ese límite. En las tablas de 100 celdas o más el límite "
        "puede ser menor. Las tablas se reescalan al número de todas las filas, pero se inclinan hacia las "
        "personas con menos filas."
    ),
    "clip.worst": (
        "Según recuentos con ruido, la tabla de {columns} es la que más perdió: antes de reescalarla le faltan "
        "alrededor de {lost} de las filas (ruido {noise}). Por esta causa, además del ruido, sus proporciones "
        "pueden desviarse como mucho aproximadamente en esa medida."
    ),
    "dependence.none": (
        "De {checked} pares de columnas con respuesta, ningún par es más dependiente en la tabla sintética de lo que "
        "permiten las respuestas con ruido. Solo se comprueba este sentido: un par puede ser menos dependiente que en "
        "los datos reales."
    ),
    "dependence.some": (
        "De {checked} pares de columnas con respuesta, {failed} son más dependientes en la tabla sintética de lo que "
        "permiten las respuestas con ruido. No use estos pares para buscar asociaciones."
    ),
    "dependence.table": (
        "Dependencia, en puntos de 100 filas que habría que mover para que las columnas fueran independientes"
    ),
    "dependence.synthetic": "Tabla sintética",
    "dependence.allowed": "Como máximo, según las respuestas",
    "use.difference": "Distancia, puntos de 100 filas",
}

_RELATIONS = {
    "relations.lead.internal": (
        "{tables} tablas contienen las filas de {people} personas sintéticas. Esta sección pregunta lo que las "
        "tablas de filas sueltas no muestran: cuántas filas tienen las personas, qué va unido entre tablas y qué "
        "ocurre con el tiempo. Todo lo que aquí aparece junto a personas reales las observa sin protección y se "
        "queda dentro."
    ),
    "relations.lead.public": (
        "{tables} tablas contienen las filas de {people} personas sintéticas. Esta sección dice cómo son esas "
        "personas a lo largo de sus filas: cuántas tienen, qué sigue a qué y qué ocurre con el tiempo. Lo cerca "
        "que están de las personas reales se examinó dentro del centro, sin protección, y no se dice aquí."
    ),
    "relations.table": "Tabla",
    "relations.rows": "Filas",
    "relations.synthetic": "Sintéticas",
    "relations.real": "Reales",
    "relations.held": "Reales, reservadas",
    "relations.interval": "Intervalo del 95 % de la proporción real",
    "relations.few": "pocas",
    "relations.few.note": "«pocas» está por proporciones de menos de {minimum} personas o filas.",
    "relations.undefined": "no calculado",
    "relations.range": "{value} [{low}; {high}]",
    "relations.what": "Qué",
    "relations.checks.title": "Si las tablas encajan",
    "relations.checks": "Proporción de filas sintéticas que cumplen cada regla de la política",
    "relations.checks.none": (
        "Ninguna fila sintética incumple una regla. Se examinan solo las tablas sintéticas, tal como salen."
    ),
    "relations.checks.broken": (
        "Algunas filas sintéticas incumplen una regla: así no deben salir. Se examinan solo las tablas sintéticas, "
        "tal como salen."
    ),
    "relations.rule.keys": "Clave propia una sola vez",
    "relations.rule.references": "Referencias a la misma persona",
    "relations.rule.order": "Fechas en orden",
    "relations.rule.window": "Dentro del periodo y de la vida",
    "relations.rule.bound": "Filas por persona dentro del límite",
    "relations.rule.values": "Valores en la lista o el rango",
    "relations.classifier.title": "¿Se distinguen las personas sintéticas de las reales?",
    "relations.classifier.text": (
        "Un clasificador ve a cada persona como una línea: sus columnas y, para cada tabla, el número de filas, "
        "los niveles distintos, las medias y las proporciones. De 100 pares de una persona real y una sintética "
        "acierta cuál es cuál en {synthetic}; de 100 pares de dos personas reales, en {real}, donde 50 es "
        "adivinar. {people} personas en cada lado; se juzga a personas con las que no aprendió."
    ),
    "relations.classifier.few": "No calculado: demasiado pocas personas.",
    "relations.telling": "Lo que por sí solo delata mejor a las personas sintéticas",
    "relations.feature": "Lo que dicen las filas de una persona",
    "relations.feature.auc": "De 100 pares, el sintético es mayor",
    "relations.feature.own": "{column}{level}",
    "relations.feature.own.level": "{column} es {level}",
    "relations.feature.rows": "Número de filas en {column}{level}",
    "relations.feature.different": "Niveles distintos de {column}{level}",
    "relations.feature.mean": "Media de {column}{level}",
    "relations.feature.share": "Proporción de filas con {column} {level}",
    "relations.distances.title": "¿Tan lejos como otras personas reales?",
    "relations.distances.text": (
        "Cada línea compara el mismo número de personas de entrenamiento con personas sintéticas y con otras "
        "reales, entre ellas las reservadas. Lo que muestra la segunda comparación viene solo del azar de la "
        "muestra; únicamente lo que la supera viene de la síntesis y de su ruido. Entre corchetes: dónde están 95 "
        "de cada 100 comparaciones así."
    ),
    "relations.distances": "Distancias por 100, {people} personas en cada lado",
    "relations.distances.few": "Distancias: no calculadas, demasiado pocas personas",
    "relations.apart": "Sintéticas a reales",
    "relations.usual": "Reales a reales",
    "relations.reading": "Lectura",
    "relations.alike": "como otras personas reales",
    "relations.further": "más lejos",
    "relations.mean_of": "{what}, media de {pairs} pares",
    "relations.numbers.title": "Semejanza, orden y tiempo en números",
    "relations.numbers": "Un número para cada pregunta",
    "relations.numbers.note.internal": (
        "Las correlaciones están entre −1 y 1; 0 dice que las filas no saben nada unas de otras. Entre corchetes: "
        "intervalos del 95 % para personas sorteadas de nuevo. Menos personas reservadas dan intervalos más anchos."
    ),
    "relations.numbers.note.public": (
        "Solo de las personas sintéticas. Las correlaciones están entre −1 y 1; 0 dice que las filas no saben nada "
        "unas de otras."
    ),
    "relations.what.rows": "Personas sin filas en {table}",
    "relations.what.rows_of_parent": "Filas superiores sin filas en {table}",
    "relations.what.gap": "Días entre filas de {table}, media",
    "relations.what.lag.1": "{column} y su valor en la fila anterior",
    "relations.what.lag.2": "{column} y su valor dos filas antes",
    "relations.what.lag.1.within": "{column} y su valor anterior con el mismo {by}",
    "relations.what.lag.2.within": "{column} y su valor dos antes con el mismo {by}",
    "relations.what.within": "Semejanza de {columns} dentro de las personas (ICC)",
    "relations.what.within.by": "Semejanza de {column} dentro de las personas, comparada dentro de {by} (ICC)",
    "relations.what.transitions": "La fila siguiente tiene el mismo {columns}",
    "relations.what.survival": "Días sin fila en {table}, media dentro del periodo",
    "relations.what.survival.death": "Días con vida, media dentro del periodo ({columns})",
    "relations.what.pair.rows": "Tabla superior y {table}; cada fila cuenta igual",
    "relations.what.pair.people": "Tabla superior y {table}; cada persona cuenta igual",
    "relations.what.pair_of_person.rows": "Tabla de personas y {table}; cada fila cuenta igual",
    "relations.what.pair_of_person.people": "Tabla de personas y {table}; cada persona cuenta igual",
    "relations.what.siblings": "Lo que {table} y otras tablas dicen de una persona",
    "relations.bars.title": "Cuántas filas y a qué distancia",
    "relations.bars.rows": "Filas de una persona en {table}",
    "relations.bars.rows_of_parent": "Filas de una fila superior en {table}",
    "relations.bars.gap": "Días entre filas de {table}",
    "relations.bins.rows": "Filas",
    "relations.bins.rows_of_parent": "Filas",
    "relations.bins.gap": "Días",
    "relations.chart.bars": "Barras de proporciones: {what}",
    "relations.chart.curve": "Curva a lo largo del tiempo: {what}",
    "relations.curves.title": "Tiempo hasta la muerte y hasta la primera fila",
    "relations.curves.text": (
        "Proporción de personas a las que no les ha ocurrido, según Kaplan y Meier, desde la fecha índice; quien "
        "antes sale del periodo o muere cuenta mientras estuvo. Los días son los centros de los intervalos de la "
        "política, tanto para personas reales como sintéticas."
    ),
    "relations.curve.death": "Proporción de personas vivas",
    "relations.curve.first": "Proporción de personas aún sin fila en {table}",
    "relations.years": "Años",
    "relations.moves.title": "De una fila a la siguiente",
    "relations.moves.text": (
        "De 100 filas con el nivel de la izquierda, a cuántas les sigue una fila de la misma persona con el nivel "
        "de arriba. Un color más intenso es más. Se muestran los niveles más frecuentes de las filas sintéticas; "
        "por eso las líneas no tienen que sumar 100."
    ),
    "relations.moves": "De {column} al siguiente: {side}",
    "relations.from": "De",
    "relations.pairs.title": "Relaciones que más cambiaron",
    "relations.pairs.text": (
        "Cuánto depende una columna de otra, como V de Cramér: 0 es nada, 1 es del todo. Pocas personas muestran "
        "más de lo que hay."
    ),
    "relations.pairs": "Las {shown} relaciones cuya fuerza más difiere de la de las personas reales",
    "relations.pair": "Par",
    "relations.said": "{table}: {what}",
    "relations.said.rows": "número de filas en {table}",
    "relations.said.first": "primer día en {table}",
    "relations.method": "Qué significa cada número, cómo se calcula y su fuente: docs/relations.md del programa.",
    "use.relations": "Historias de una persona, en grupos de personas",
    "use.relations.text": (
        "Las filas de una persona van juntas y conservan su orden. Lo que se midió y lo que se sigue del modelo "
        "está en la sección sobre personas, sus filas y el tiempo; las historias sueltas no son de nadie."
    ),
    "benefit.relations": "Historias a lo largo del tiempo, en grupos de personas",
}

_CONTEXT = {
    "unprotected.lead": (
        "Una promesa sobre una persona deja fuera lo siguiente. Son riesgos que hay que sopesar, no fallos de esta "
        "ejecución."
    ),
    "unprotected.groups": "Grupos",
    "unprotected.groups.text": (
        "Las familias, consultorios, hospitales y regiones, como grupos, están menos protegidos cuanto mayores son: "
        "para k unidades protegidas juntas, μ (la primera línea de lo que se promete) es k veces mayor. Tome grupos de "
        "{size} unidades, por ejemplo familias de {size} si la unidad es una persona, cada uno entero en los datos o "
        "fuera de ellos. Un atacante que acusa por error a {accused} de {total} grupos encuentra en promedio como "
        "máximo {found} de {total} (con unidades sueltas, {alone}) y acierta como máximo en {pairs} de 100 pares de "
        "grupos (con unidades sueltas, {pairs_alone})."
    ),
    "unprotected.relatives": "Datos en las filas de otros",
    "unprotected.relatives.text": (
        "Un dato sobre una persona puede figurar también en las filas de otras, como los ingresos de una familia o la "
        "educación de un progenitor. La promesa a una persona abarca solo sus propias filas; un dato así queda "
        "protegido como un grupo."
    ),
    "unprotected.population": "Verdades sobre la población",
    "unprotected.population.text": (
        "Si a un diagnóstico le sigue a menudo un tratamiento, la entrega lo muestra, y se puede suponer de cualquier "
        "persona con ese diagnóstico, esté o no en los datos."
    ),
    "unprotected.fact": "El hecho de la entrega",
    "unprotected.fact.text": "Que existe una entrega, cuándo y bajo qué política es visible para todos.",
    "unprotected.human": "La decisión humana",
    "unprotected.human.text": (
        "Quien lee la edición interna y después aprueba o rechaza ha usado datos reales. Esa elección queda fuera de "
        "ε. {looks}"
    ),
    "looks.none": (
        "Antes de esta entrega, el libro de cuentas no anota a nadie que haya abierto un informe interno sobre estas "
        "personas."
    ),
    "looks.one": (
        "Antes de esta entrega, según el libro de cuentas, se abrió una vez un informe interno sobre estas personas."
    ),
    "looks.other": (
        "Antes de esta entrega, según el libro de cuentas, se abrieron {n} veces informes internos sobre estas "
        "personas."
    ),
    "unprotected.id": "Un identificador es una persona",
    "unprotected.id.text": (
        "Los identificadores de <b>{key}</b> se comparan {normalise}. Una persona con dos identificadores se protege "
        "como dos personas, y las filas sin identificador se omiten."
    ),
    "unprotected.timing": "Tiempo y máquina",
    "unprotected.timing.text": (
        "Quien pueda observar la máquina mientras trabaja puede averiguar algo por el tiempo de ejecución, la memoria "
        "o los archivos de registro. Nada de eso sale del centro."
    ),
    "unprotected.arithmetic": "Aritmética y azar",
    "unprotected.arithmetic.text": (
        "La promesa supone que el programa, la biblioteca de ruido y los números aleatorios del sistema operativo "
        "funcionan como está documentado. Las versiones figuran en la sección sobre la procedencia."
    ),
    "unprotected.audience": "Entregas que este libro de cuentas no conoce",
    "unprotected.audience.text": (
        "Los datos sobre las mismas personas que se publicaron en otro lugar, o antes de que empezara este libro de "
        "cuentas, no están en el total."
    ),
    "unprotected.statements": "Declarado para esta entrega",
    "unprotected.none": "No se declaró ningún otro paso fuera de la garantía.",
    "comparison.none": (
        "En esta carpeta de informes no se encontró ninguna entrega anterior de esta política: no hay otra con la que "
        "compararla."
    ),
    "comparison.lead": "A partir de las ediciones públicas de ambas entregas.",
    "comparison.caption": "Esta entrega y la anterior",
    "comparison.what": "Dato",
    "comparison.before": "Antes",
    "comparison.now": "Esta entrega",
    "comparison.release": "Entrega",
    "comparison.date": "Ejecutada el",
    "comparison.policy": "Política",
    "comparison.mechanism": "Mecanismo",
    "comparison.epsilon": "ε afirmado",
    "comparison.columns": "Columnas",
    "comparison.source_rows": "Filas de la fuente, con ruido",
    "comparison.synthetic_rows": "Filas sintéticas",
    "comparison.two_way": "Distancia media en las tablas de dos columnas",
    "comparison.paid": "{value} puntos, todos los pares, con cargo",
    "comparison.free": "{value} puntos, pares medidos, frente a respuestas con ruido",
    "comparison.not_measured": "sin medir",
    "comparison.same_policy": "Ambas se hicieron con la misma política.",
    "comparison.other_policy": "La política se cambió entre una y otra.",
    "comparison.added": "Columnas nuevas: {columns}.",
    "comparison.removed": "Columnas que ya no están: {columns}.",
    "comparison.budget": (
        "Ambas consumen el presupuesto de las mismas personas; la sección 4 las suma. Si las personas no cambiaron, "
        "las filas de la fuente difieren solo por el ruido."
    ),
    "frames.lead": "Dónde encontrar la evidencia. La valoración no se hace aquí.",
    "frames.evidence": "Evidencia en este informe",
    "frames.not_stated": "no consta en la política",
    "wp29.caption": "Dictamen 05/2014 del Grupo de Trabajo del Artículo 29: tres criterios",
    "wp29.head": "Criterio",
    "wp29.singling": "Singularización",
    "wp29.singling.internal": (
        'Sin constatación directa. El <a href="#ceiling">techo</a> limita lo que se puede saber sobre quién está en '
        "los datos: en promedio, de {found} de {people} personas como máximo, si se acusa a {accused} de {people} "
        "ajenas. Dentro del centro, las coincidencias de registros raros se compararon con las de personas apartadas "
        '(<a href="#attacks">ataques</a>).'
    ),
    "wp29.singling.public": (
        'Sin constatación directa. El <a href="#ceiling">techo</a> limita lo que se puede saber sobre quién está en '
        "los datos: en promedio, de {found} de {people} personas como máximo, si se acusa a {accused} de {people} "
        "ajenas."
    ),
    "wp29.linking": "Vinculabilidad",
    "wp29.linking.text": (
        'Sin probar. El <a href="#ceiling">techo</a> limita lo que la vinculación puede añadir por el hecho de que '
        "una persona participó."
    ),
    "wp29.linking.tested": (
        "Sin constatación directa. Los ataques que vinculan la entrega con otros datos se ejecutan dentro del centro "
        '(<a href="#attacks">ataques</a>). El <a href="#ceiling">techo</a> limita lo que la vinculación puede añadir '
        "por el hecho de que una persona participó."
    ),
    "wp29.inference": "Inferencia",
    "wp29.inference.text": (
        "Sin probar. Lo que la entrega añade sobre una persona por haber participado está limitado por el <a "
        'href="#ceiling">techo</a>; lo que es cierto de la población <a href="#unprotected">no está protegido</a>.'
    ),
    "wp29.inference.tested": (
        "Sin constatación directa. Los ataques que infieren un rasgo desconocido se ejecutan dentro del centro (<a "
        'href="#attacks">ataques</a>). Lo que la entrega añade sobre una persona por haber participado está limitado '
        'por el <a href="#ceiling">techo</a>; lo que es cierto de la población <a href="#unprotected">no está '
        "protegido</a>."
    ),
    "safes.caption": "Five Safes (las cinco dimensiones de seguridad)",
    "safes.head": "Dimensión",
    "safes.projects": "Proyectos seguros",
    "safes.projects.text": "Finalidad: {purpose}. Evaluación de impacto: {dpia}.",
    "safes.people": "Personas seguras",
    "safes.people.text": "Destino: {audience}.",
    "safes.settings": "Entornos seguros",
    "safes.settings.text": (
        "No se supone nada sobre el entorno del destinatario: la promesa vale dondequiera que se usen los datos."
    ),
    "safes.data": "Datos seguros",
    "safes.data.text": (
        '<a href="#claim">Qué se promete</a>, <a href="#budget">presupuesto</a> y <a href="#unprotected">qué no está '
        "protegido</a>. Columnas de la fuente que no se usan: {dropped}."
    ),
    "safes.outputs": "Resultados seguros",
    "safes.outputs.text": (
        "Los resultados calculados con las filas sintéticas conllevan la misma promesa. Esta no sustituye las reglas "
        "del propio centro sobre resultados."
    ),
    "gdpr.caption": (
        "RGPD, art. 5, apartado 2: responsabilidad proactiva respecto de los principios del art. 5, apartado 1"
    ),
    "gdpr.head": "Principio",
    "gdpr.lawful": "Licitud (a)",
    "gdpr.lawful.text": "Responsable del tratamiento: {controller}. Base jurídica: {basis}.",
    "gdpr.purpose": "Limitación de la finalidad (b)",
    "gdpr.purpose.text": "{purpose}",
    "gdpr.minimal": "Minimización de datos (c)",
    "gdpr.minimal.text": (
        "Columnas que no se usan: {dropped}; filas de una persona que se usan: {rows} como máximo; personas apartadas "
        "del entrenamiento para las pruebas: {holdout}."
    ),
    "gdpr.minimal.tables": (
        "Columnas que no se usan: {dropped}; filas de una persona que se cuentan, como máximo: {bounds}; personas "
        "apartadas del entrenamiento para las pruebas: {holdout}."
    ),
    "gdpr.accurate": "Exactitud (d)",
    "gdpr.accurate.text": (
        '<a href="#usefulness">Para qué sirven los datos</a>, es decir, la exactitud de los datos sintéticos, con el '
        "ruido junto a cada cifra."
    ),
    "gdpr.storage": "Limitación del plazo de conservación (e)",
    "gdpr.storage.text": (
        "Una política de este formato no indica ningún plazo de conservación. Lo indica el registro de actividades de "
        "tratamiento del responsable."
    ),
    "gdpr.secure": "Integridad y confidencialidad (f)",
    "gdpr.secure.text": (
        '<a href="#provenance">De dónde procede esta entrega</a>: huella del código, versiones, fuente del ruido.'
    ),
    "gdpr.accountable": "Responsabilidad proactiva (2)",
    "gdpr.accountable.text": (
        "Política {digest}; asiento {sequence} del libro de cuentas; firmas al final del cuerpo del informe."
    ),
    "provenance.lead": (
        "Lo suficiente para identificar la ejecución. Las huellas de todos los archivos están en manifest.json."
    ),
    "provenance.release": "Entrega",
    "provenance.file": "Datos, SHA-256",
    "provenance.file.text": "{path} {digest}",
    "provenance.date": "Fecha de la ejecución",
    "provenance.policy": "Política",
    "provenance.digest": "Huella de la política",
    "provenance.population": "Población (clave del libro de cuentas)",
    "provenance.snapshot": "Instantánea de los datos",
    "provenance.ledger": "Libro de cuentas",
    "provenance.ledger.text": "asiento {sequence}, última huella {head}",
    "provenance.mechanism": "Mecanismo",
    "provenance.sampler": "Generador de ruido",
    "provenance.code": "Huella del código, programa entero",
    "provenance.audited": "Huella del código, solo la parte auditada",
    "provenance.versions": "Versiones",
    "provenance.package": "Software",
    "provenance.version": "Versión",
    "notes.caption": (
        "Para quien gestiona los datos: recuentos de datos reales. Los recuentos inferiores a {minimum} se dan como un "
        "rango"
    ),
    "notes.what": "Dato",
    "notes.count": "Recuento",
    "notes.range": "{low} a {high}",
    "sign.lead": (
        "El delegado de protección de datos emite un dictamen; el responsable del tratamiento decide. Cada uno firma "
        "por sí mismo."
    ),
    "sign.confirm": "Con mi firma confirmo que",
    "sign.confirm.read": "he leído la página de decisión y cada punto que figura en ella,",
    "sign.confirm.attacks": "he leído la sección 5, sobre los ataques,",
    "sign.confirm.limits": "conozco los límites que fija la política y de dónde proceden,",
    "sign.confirm.unprotected": "he leído qué no está protegido,",
    "sign.confirm.law": "me he formado mi propio juicio; el programa no emite ninguno de carácter jurídico.",
    "sign.checker": "Revisión de resultados",
    "sign.checker.kind": "dictamen",
    "sign.checker.choices": "sin objeción · con objeción",
    "sign.checker2": "Segunda revisión",
    "sign.checker2.kind": "dictamen, sin conocer el primero",
    "sign.checker2.choices": "sin objeción · con objeción",
    "sign.dpo": "Delegado de protección de datos",
    "sign.dpo.kind": "dictamen",
    "sign.dpo.choices": "a favor · a favor con condiciones · en contra",
    "sign.officer": "Responsable de la entrega",
    "sign.officer.kind": "decisión en nombre del responsable del tratamiento",
    "sign.officer.choices": "entregar · entregar con condiciones · no entregar",
    "sign.name": "Nombre",
    "sign.date": "Fecha",
    "sign.signature": "Firma",
    "sign.conditions": "Condiciones y motivos",
    "sign.identity": "Se refiere a la entrega {release}, huella de la política {digest}.",
    "sign.file": "SHA-256 de {path}: {digest}",
    "sign.valid.one": "Una aprobación que no se usa en {n} día caduca.",
    "sign.valid.other": "Una aprobación que no se usa en {n} días caduca.",
    "sign.named": "La política nombra a: {names}.",
    "sign.manifest": "Huella del manifiesto",
    "sign.public": (
        "Decisión: véase signatures/ en el paquete. Las firmas indican la huella de manifest.json y se comprueban con "
        "<b>dpsynth verify</b>."
    ),
}

_APPENDIX = {
    "policy.lead": (
        "La política exactamente como se usó. Cada tope y cada lista indican su fuente: doc (documentación), clinical "
        "(conocimiento clínico), schema (esquema) o assumed (suposición)."
    ),
    "policy.label": "Archivo de la política",
    "limits.lead": (
        "Ninguna autoridad fija una cifra para ε ni para una AUC. Estos límites son los del centro, cada uno con su "
        "fuente."
    ),
    "limits.table": "Límites del veredicto",
    "limits.name": "Límite",
    "limits.pass": "Pasa hasta",
    "limits.review": "Revisar hasta",
    "limits.source": "Fuente",
    "limits.never": "nunca bloquea",
    "columns.lead": (
        "Cada columna con sus respuestas con ruido y las filas sintéticas, en porcentaje de filas. Donde la barra "
        "rellena se aparta del contorno más que la barra de ruido, la tabla sintética se desvía."
    ),
    "column.levels.one": "{count} nivel",
    "column.levels.other": "{count} niveles",
    "column.unit": "en {unit}",
    "column.source": "dominio según {source}",
    "column.chart": ("{column}: proporciones con ruido y sintéticas de cada nivel, a {difference} puntos de distancia"),
    "column.caption": "A {difference} puntos de distancia{noise}",
    "column.noise": "; DE del ruido {sd} en cada nivel",
    "column.table": "Columna {column}",
    "column.level": "Nivel",
    "column.noisy": "% con ruido",
    "column.sd": "DE del ruido",
    "column.synthetic": "% sintético",
    "column.rest": "{n} niveles más",
    "column.span": "{first} … {last}",
    "asked.lead": (
        "No se preguntó nada más. El coste se deduce de la tabla; el número de celdas es el máximo que era posible."
    ),
    "asked.pairs": "Tablas de dos o más columnas que se midieron: {pairs}.",
    "asked.pair": "{first} con {second}",
    "asked.no_pairs": "No se midió ninguna tabla de dos columnas.",
    "asked.events": "Lo que se preguntó a los datos reales",
    "asked.purpose": "Para",
    "asked.by": "{mechanism}: {purpose}",
    "asked.queries": "Tablas",
    "asked.any": "cualquier número",
    "asked.cells": "Celdas como máximo",
    "asked.sensitivity": "Mayor efecto de una unidad",
    "asked.sigma": "DE del ruido, filas",
    "asked.range": "{least} a {most}",
    "asked.share": "Parte del coste de la entrega",
    "asked.sampled": "Sumas sobre muestras de personas",
    "asked.steps": "Pasos",
    "asked.rate": "Probabilidad de una persona",
    "asked.sampled.sigma": "DE del ruido, longitudes",
    "term.attack": "Ataque",
    "term.attack.text": (
        "Un intento de averiguar a partir de la entrega si una persona estaba en los datos, o algo sobre ella."
    ),
    "term.auc": "AUC",
    "term.auc.text": (
        "Proporción de pares acertados: con qué frecuencia un ataque sitúa a una persona incluida en los datos por "
        "delante de una ajena. 0,5 es adivinar; 1 es siempre."
    ),
    "term.budget": "Presupuesto total",
    "term.budget.text": (
        "Lo que pueden costar juntas todas las entregas sobre las mismas personas. Se fija cuando un libro de cuentas "
        "anota a estas personas por primera vez y solo aumenta si firman la persona delegada de protección de datos y "
        "la responsable de la entrega; cada informe posterior lo dice."
    ),
    "term.ceiling": "Techo",
    "term.ceiling.text": (
        "Lo máximo que puede alcanzar en promedio cualquier ataque a esta entrega por sí sola. Se deduce del ruido, "
        "no de una prueba."
    ),
    "term.codes": "Lista de códigos",
    "term.codes.text": "Los valores que puede tener una columna, tal como los enumera la política.",
    "term.control": "Control",
    "term.control.text": (
        "Una prueba de la prueba: una fuga introducida a propósito que debe detectarse, o un caso sin fuga que no debe "
        "dar señal."
    ),
    "term.delta": "δ (delta)",
    "term.delta.text": (
        "Un margen pequeño: la probabilidad de cualquier resultado puede superar el límite de ε, pero como máximo en δ."
    ),
    "term.dp": "Privacidad diferencial",
    "term.dp.text": (
        "Una promesa de que la entrega tiene casi el mismo aspecto estén o no en los datos las filas de una persona."
    ),
    "term.epsilon": "ε (épsilon)",
    "term.epsilon.text": (
        "Hasta qué punto pueden cambiar las filas de una persona las posibilidades («odds») de cualquier resultado: "
        "en un factor de e elevado a ε como máximo. Cuanto menor, más protege."
    ),
    "term.holdout": "Personas apartadas",
    "term.holdout.text": (
        "Personas de la fuente que nunca se usaron para entrenar, con las que se comparan los ataques."
    ),
    "term.ledger": "Libro de cuentas",
    "term.ledger.text": "El libro de todos los cargos al presupuesto total. Los asientos solo se añaden.",
    "term.level": "Nivel",
    "term.level.text": "Uno de los valores que puede tener una columna, o un tramo de un rango.",
    "term.marginal": "Tabla de columnas",
    "term.marginal.text": ("Cuántas filas hay para cada valor, o cada combinación de valores, de una o más columnas."),
    "term.merged": "Niveles unidos",
    "term.merged.text": (
        "Niveles que se contaron como uno en tablas de varias columnas, para que lleven ruido menos celdas. Los "
        "deciden recuentos con ruido."
    ),
    "term.noise": "Ruido, DE del ruido",
    "term.noise.text": (
        "Números aleatorios añadidos a propósito. La desviación estándar (DE) dice cuán grandes son: unos 95 de cada "
        "100 valores quedan dentro de dos desviaciones."
    ),
    "term.practice": "Entrega de práctica",
    "term.practice.text": (
        "Una entrega que el programa hace dentro, con personas apartadas o inventadas, para preparar un ataque antes "
        "de que juzgue a nadie."
    ),
    "term.quasi": "Cuasiidentificadores",
    "term.quasi.text": (
        "Columnas que otros pueden conocer de una persona y por las que podrían reconocer a alguien. Las nombra la "
        "política."
    ),
    "term.rho": "ρ (rho), μ (mu), zCDP",
    "term.rho.text": (
        "Otras unidades del mismo coste. ρ se suma de una entrega a otra y pertenece a zCDP (zero-concentrated "
        "differential privacy); μ, a la privacidad diferencial gaussiana."
    ),
    "term.steward": "Gestor de los datos",
    "term.steward.text": "Quien custodia los datos reales en el centro y ejecuta el programa.",
    "term.tvd": "Distancia entre dos tablas",
    "term.tvd.text": (
        "La proporción de filas que habría que mover a otra celda para igualar las tablas (distancia de variación "
        "total)."
    ),
    "term.unit": "Unidad protegida",
    "term.unit.text": "A qué se refiere la promesa: todo lo que aportó una persona.",
}

SENTENCES = (
    _PAGE | _CODES | _DECISION | _FINDINGS | _CLAIM | _BUDGET | _ATTACKS | _USE | _RELATIONS | _CONTEXT | _APPENDIX
)
