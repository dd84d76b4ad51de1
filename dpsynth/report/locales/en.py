"""English sentences. `{name}` is a place for a value, which is escaped; the rest may hold simple HTML."""

from __future__ import annotations

_PAGE = {
    "skip": "Skip to the decision page",
    "contents": "Contents",
    "appendices": "Appendices",
    "subtitle": "{controller} · {audience}",
    "running": "Release {release} · policy {digest}",
    "edition.internal": "internal edition, contains statistics of real people",
    "edition.public": "public edition",
    "strip.release": "Release",
    "strip.state": "State",
    "strip.state.draft": "not yet signed",
    "strip.state.public": "see signatures/",
    "strip.date": "Run on",
    "strip.policy": "Policy",
    "strip.ledger": "Ledger",
    "strip.synthetic": "Synthetic data",
    "alarm.rehearsal": "Rehearsal on made-up data: not a release.",
    "footer.internal": (
        "Internal edition: contains statistics of real people at full precision. It stays in the centre."
    ),
    "footer.public": (
        "Public edition: every value on these pages is configuration, a protected answer, computed from protected "
        "answers, or looks at the synthetic rows only."
    ),
    "section.decision": "Decision",
    "section.claim": "What is promised",
    "section.ceiling": "What an attacker could reach at most",
    "section.budget": "The budget of these people",
    "section.attacks": "Attacks",
    "section.small-groups": "Small groups and values outside the lists",
    "section.usefulness": "What the data are good for",
    "section.relations": "People, their rows, and time",
    "section.unprotected": "What is not protected",
    "section.frames": "Legal and governance checklists: where the evidence is",
    "section.provenance": "Where this release comes from",
    "section.comparison": "Beside the release before",
    "section.signatures": "Opinion, decision, signatures",
    "section.findings": "All findings",
    "section.attack-details": "Attack by attack",
    "section.policy": "The policy in full",
    "section.limits": "Limits and their sources",
    "section.columns": "Column by column",
    "section.asked": "What was asked of the real data",
    "section.glossary": "Words",
    "translation.unreviewed": "This translation has not been reviewed.",
    "translation.binding.en": "The English report counts (report.en.html).",
    "translation.binding.de": "The German report counts (report.de.html).",
    "see": "See section {number}",
    "evidence": "Evidence",
}

_CODES = {
    "status.pass": "Pass",
    "status.review": "Review",
    "status.block": "Block",
    "status.inside": "Inside the centre",
    "status.untested": "Not tested",
    "status.unknown": "Not known",
    "status.few": "Too few people ({n} held out)",
    "fitness.fit": "Fit",
    "fitness.near": "With care",
    "fitness.care": "With care",
    "fitness.unfit": "Not fit",
    "fitness.unknown": "Not measured",
    "audience.public": "for public release",
    "audience.registered": "for registered recipients",
    "audience.secure_environment": "for use in a secure environment",
    "unit.patient": "one person",
    "unit.patient_year": "one year of one person",
    "unit.visit": "one visit",
    "unit.row": "one row",
    "unit.promise.patient": "One person with all of their rows, added or removed",
    "unit.promise.tables": "One person with all of their rows in all tables, added or removed",
    "unit.promise.patient_year": "One year of one person, not the whole person",
    "unit.promise.visit": "One visit, not the whole person",
    "unit.promise.row": "One row, not the whole person",
    "evidence.doc": "documentation",
    "evidence.clinical": "clinical knowledge",
    "evidence.schema": "a typed schema",
    "evidence.assumed": "an assumption",
    "role.quasi_identifier": "may be known to others",
    "role.sensitive": "sensitive",
    "role.attribute": "attribute",
    "normalise.exact": "byte by byte",
    "normalise.strip": "after removing spaces at both ends",
    "normalise.strip_upper": "after removing spaces at both ends and writing capital letters",
    "attack.focal": "Likelihood ratio, by an insider",
    "attack.focal_outsider": "Likelihood ratio, by an outsider",
    "attack.dcr": "Distance to the closest synthetic row",
    "attack.dcr_difference": "Closest synthetic row against closest other person",
    "attack.domias": "Density of the release against that of the population",
    "attack.gen_lra": "Likelihood of the synthetic rows nearby",
    "attack.classifier": "Classifier of synthetic rows and other people",
    "attack.combined": "All attacks by an outsider, in one score",
    "attack.shadow": "The game for one person",
    "attack.nearest": "Exact and near matches among rare records",
    "attack.small_cells": "People alone with their quasi-identifiers",
    "attack.singling_out": "Singling out by descriptions",
    "attack.linkability": "Linking two parts of a record",
    "attack.inference": "Inferring a secret from similar rows",
    "attack.linkage": "Linking a file with names to the release",
    "attack.whole_person": "The synthetic person most like a whole person",
    "attack.shared_runs": "Rows in a row that only one person has",
    "attack.known_events": "Finding a person by a few events",
    "attack.event_sets": "Singling out by sets of events",
    "attack.linked_tables": "Linking two tables of a person",
    "attack.row_secret": "Inferring a secret of one row",
    "story.focal": (
        "An insider already has the records of 9 in 10 people in the data, of 9 in 10 comparable outsiders, and of "
        "the person in question, and asks whether the release fits a world with that person better than a world "
        "without."
    ),
    "story.focal_outsider": (
        "An outsider has the record of the person in question and of some people who did not take part, and asks the "
        "same question: does the release fit a world with that person better than a world without?"
    ),
    "story.dcr": (
        "The attacker looks for the synthetic row closest to a known person: suspiciously close means “was in the "
        "data”."
    ),
    "story.dcr_difference": (
        "A rare person is far from the release, in the data or not. So the attacker asks what is closer to a person: "
        "a synthetic row, or somebody who did not take part."
    ),
    "story.domias": (
        "The attacker looks for places where synthetic rows are denser than people who did not take part: there the "
        "synthesizer may have learned single people."
    ),
    "story.gen_lra": (
        "The attacker asks how much likelier the synthetic rows near a person become if the population has this "
        "person once more."
    ),
    "story.classifier": (
        "A classifier learns to tell synthetic rows from people who did not take part. Whom it takes for synthetic, "
        "the attacker takes for a person in the data."
    ),
    "story.combined": (
        "One score from all attacks by an outsider, with weights that were fixed on practice releases before anybody "
        "was judged. So no best attack is picked after the fact."
    ),
    "story.shadow": (
        "The attacker knows everybody else and the method. For each of a few people who stand out, the attacker makes "
        "many releases with and without the person, learns the difference, and judges further ones."
    ),
    "story.nearest": (
        "The attacker knows all columns of a person’s row, a rare one, and looks for its copy in the release."
    ),
    "story.small_cells": (
        "The attacker knows a few columns that tell a person from everybody else, and looks for a synthetic row with "
        "the same; where all such synthetic rows agree on a secret, he takes it for the person’s."
    ),
    "story.singling_out": (
        "The attacker has only the release. He takes descriptions that fit exactly one synthetic row, such as an age "
        "group with a rare diagnosis, and claims that each fits exactly one person in the data."
    ),
    "story.linkability": (
        "The attacker has two files about people without names in common, each with some of their columns, and asks "
        "of two entries whether the release joins them: is one synthetic row the most similar to both?"
    ),
    "story.inference": (
        "The attacker knows a person’s quasi-identifiers (or all columns but one), looks at the most similar synthetic "
        "rows, and claims a secret where four in five of them agree."
    ),
    "story.linkage": (
        "The attacker has a register with names and quasi-identifiers of everybody. Where exactly one synthetic row "
        "has a person’s quasi-identifiers, he claims that its secrets are that person’s."
    ),
    "story.whole_person": (
        "The attacker knows all rows of a person in all tables, their order and the days between them, and "
        "looks for the synthetic person with most in common: suspiciously alike means “was in the data”."
    ),
    "story.shared_runs": (
        "The attacker knows all rows of a person in their order, looks for five in a row that no other real "
        "person has, and searches all synthetic people for them."
    ),
    "story.known_events": (
        "The attacker knows three rows of a person, from any tables. Where exactly one synthetic person has "
        "them all, he claims that all other rows of that one are the person’s."
    ),
    "story.event_sets": (
        "The attacker has only the release. He takes two to four rows that exactly one synthetic person has "
        "together, and claims that exactly one person in the data has them."
    ),
    "story.linked_tables": (
        "The attacker has two files without names in common, each with one table of the same people, and asks "
        "of two entries whether the release joins them: is one synthetic person the most like both?"
    ),
    "story.row_secret": (
        "The attacker knows everything of a person but one level of one row, looks at such rows of the "
        "synthetic people most like the person, and claims the level on which four in five of them agree."
    ),
    "remark.focal": "The release’s counts are compared with the counts of the people whose records the attacker has.",
    "remark.focal_outsider": (
        "The release’s counts are compared with the counts of held-out people who are not themselves targets."
    ),
    "remark.dcr": (
        "This search finds copies of records. It is not a measure of privacy and sees no leakage through counts."
    ),
    "remark.dcr_difference": (
        "Distances to the release are compared with distances to held-out people. It finds copies, little else."
    ),
    "remark.domias": (
        "The release’s density around each person is compared with that of held-out people, who are no targets."
    ),
    "remark.gen_lra": (
        "The synthetic rows near each person are compared under a population with and without the person."
    ),
    "remark.classifier": (
        "A classifier learned to tell synthetic rows from those of held-out people, who are no targets."
    ),
    "remark.combined_held_out": (
        "Six attacks in one score, with weights learned beforehand from releases made of held-out people who are no "
        "targets."
    ),
    "remark.combined_made_up": (
        "Six attacks in one score, with weights learned beforehand from releases made of made-up people who are no "
        "targets."
    ),
    "remark.most_everybody": "Of the {groups} groups named beforehand, all people together stand out most.",
    "remark.most_isolated": "Of the {groups} groups named beforehand, the most isolated people stand out most.",
    "remark.most_quasi_identifier_singletons": (
        "Of the {groups} groups named beforehand, people who are alone with their quasi-identifiers stand out most."
    ),
    "remark.most_rare_levels": "Of the {groups} groups named beforehand, people with the rarest values stand out most.",
    "remark.most_most_rows": "Of the {groups} groups named beforehand, people with most rows stand out most.",
    "remark.shadow": (
        "The worst of {members} members who stand out, over {releases} releases made with and without this person; "
        "everybody else is known to the attacker."
    ),
    "remark.nearest_exact": (
        "Of people with a record that nobody else nearly shares, this is the share found in the release (no column "
        "differs) beyond what happens to people outside it."
    ),
    "remark.nearest_one": (
        "Of people with a record that nobody else nearly shares, this is the share found in the release (at most 1 "
        "column differs) beyond what happens to people outside it."
    ),
    "remark.nearest_several": (
        "Of people with a record that nobody else nearly shares, this is the share found in the release (at most "
        "{columns} columns differ) beyond what happens to people outside it."
    ),
    "remark.small_cells_keys": (
        "Share of people whom the quasi-identifiers tell from everybody else and lead to a synthetic row of their own, "
        "beyond what happens to people outside the release."
    ),
    "remark.small_cells_rest": (
        "Share of people whom all columns but the secrets tell from everybody else and lead to a synthetic row of "
        "their own, beyond what happens to people outside the release."
    ),
    "remark.small_cells_all": (
        "Share of people whom all columns tell from everybody else and lead to a synthetic row of their own, beyond "
        "what happens to people outside the release."
    ),
    "remark.singling_out": (
        "Share of people whom a description taken from the release fits and nobody else in the data, beyond what "
        "happens to people outside it."
    ),
    "remark.linkability_keys": (
        "Share of people of whom the release links two parts (the quasi-identifiers and all other columns), beyond "
        "what happens to people outside it."
    ),
    "remark.linkability_halves": (
        "Share of people of whom the release links two parts (two halves of columns), beyond what happens to people "
        "outside it."
    ),
    "remark.inference": (
        "Share of the claimed secrets that are right, among people in the data beyond people outside it. What is told "
        "rightly of both is knowledge about the population."
    ),
    "remark.linkage_keys": (
        "Share of people whose only match in the release, by the quasi-identifiers, tells their secrets rightly, "
        "beyond what happens to people outside it."
    ),
    "remark.linkage_rest": (
        "Share of people whose only match in the release, by the columns that are not asked about, tells their "
        "secrets rightly, beyond what happens to people outside it."
    ),
    "remark.whole_person": (
        "Whole people are compared, by the weight of the rows that they share. This search finds copies of "
        "people. It sees no leakage through counts."
    ),
    "remark.shared_runs": (
        "Of people with rows in a row that nobody else has, this is the share of whom a synthetic person has "
        "them too, beyond what happens to people outside the release."
    ),
    "remark.known_events": (
        "Share of people of whom the attacker, by a few rows, finds a further one rightly, beyond what "
        "happens to people outside the release."
    ),
    "remark.event_sets": (
        "Share of people whom a set of rows taken from the release fits and nobody else in the data, beyond "
        "what happens to people outside it."
    ),
    "remark.linked_tables": (
        "Share of people of whom the release links two tables, beyond what happens to people outside it."
    ),
    "remark.row_secret": (
        "Share of the claimed levels of a row that are right, among people in the data beyond people outside "
        "it. What is told rightly of both is knowledge about the population."
    ),
    "statistic.auc": "AUC",
    "statistic.excess_share": "excess share",
    "statistic.excess_precision": "excess precision",
    "attack_status.passed": "Passed",
    "attack_status.leak": "Leak",
    "attack_status.not_resolvable": "Not resolvable",
    "attack_status.invalid": "Invalid",
    "control.copy_with_noise": "copy with a little noise",
    "control.synthesizer_without_noise": "synthesizer without noise",
    "control.overfitted_sequence": "synthesizer that learned single people by heart",
    "control.verbatim_rows": "real rows hidden in the release",
    "control.one_percent_verbatim": "one percent real rows hidden in the release",
    "control.verbatim_copy": "the real rows themselves as the release",
    "control.label_permutation": "members and outsiders shuffled",
    "control.held_out_as_members": "outsiders in place of members",
    "control.people_with_noise": "people copied with a little noise",
    "control.one_percent_of_people": "one percent real people hidden in the release",
    "control_data.real": "real people",
    "control_data.surrogate": "made-up people",
    "rate.fpr": "{share} wrongly accused",
    "rate.rare_near": "Rare records, nearly matched",
    "rate.rare_exact": "Rare records, exactly matched",
    "rate.all_near": "All people, nearly matched",
    "rate.all_exact": "All people, exactly matched",
    "rate.replicated_unique": "People alone with their quasi-identifiers, with a synthetic row of their own (repU)",
    "rate.replicated_among_unique": "The same, of those who are alone",
    "rate.unique_and_present": "People alone with their quasi-identifiers, which the release has too (UiOiS)",
    "rate.disclosed": "People whose {column} the synthetic rows with their quasi-identifiers agree on (DiSCO)",
    "rate.closer": "Closer to the release than people of the other group (DCR, 50% without a leak)",
    "rate.more_outstanding": "Nearest row stands out more than in the other group (NNDR, 50% without a leak)",
    "rate.everybody": "Everybody, one in ten outsiders accused",
    "rate.isolated": "The most isolated 1 in 100",
    "rate.quasi_identifier_singletons": "People alone with what others may know of them",
    "rate.rare_levels": "The 5 in 100 with the rarest values",
    "rate.most_rows": "The 5 in 100 with most rows",
    "rate.nearest_half_as_far": "Nearest row half as far as the second",
    "rate.singled_out": "People singled out",
    "rate.isolating": "Descriptions that fit one of as many people",
    "rate.isolating_one_column": "The same, of one column",
    "rate.isolating_several_columns": "The same, of 2 to 4 columns",
    "rate.linked": "People whose two parts were linked",
    "rate.claimed": "People about whom something was claimed",
    "rate.right_claim": "People about whom the claim was right",
    "rate.right_if_claimed": "Right, of the claims",
    "rate.guesser": "A guesser without the release",
    "rate.secret": "Right, of the claims about {column}",
    "rate.runs": "People with five rows in a row of their own, found",
    "rate.timed_runs": "The same with four rows and the days between them",
    "rate.whole_tables": "The same with all rows of a table",
    "rate.all_runs": "All people, found by five rows in a row",
    "outcome.detected": "Found, as it must",
    "outcome.missed": "Missed: the test is invalid",
    "outcome.weak": "Missed; the chance to see it was {power}",
    "outcome.quiet": "Quiet, as it must",
    "outcome.alarm": "False alarm: the test is invalid",
    "limit.epsilon_release": "ε of one release",
    "limit.epsilon_lifetime": "ε of all releases about these people",
    "limit.delta_times_patients": "δ times the number of people",
    "limit.membership_auc_lower_over_ceiling": "Membership attack: lower end of the interval over the ceiling",
    "limit.exact_match_excess_upper": "Matches beyond chance: upper end of the interval",
    "limit.mean_tvd_two_way": "Mean distance over tables of two columns",
    "limit.outside_domain_share": "Share of one level for values outside the declared domain",
    "limit.source.epsilon_release": (
        "10: end of tier 2 of Ponomareva et al. (2023), arXiv:2303.00654; 3: local decision"
    ),
    "limit.source.epsilon_lifetime": "local decision",
    "limit.source.delta_times_patients": "delta well below one over the number of people",
    "limit.source.membership_auc_lower_over_ceiling": "above the ceiling is impossible unless the code is wrong",
    "limit.source.exact_match_excess_upper": (
        "0.09: practice of EMA and Health Canada, as cited by El Emam et al. (2020)"
    ),
    "limit.source.mean_tvd_two_way": "local decision: usefulness for tables of two columns",
    "limit.source.outside_domain_share": "local decision: a declared domain should hold most values",
    "purpose.one_way": "tables of one column",
    "purpose.selection": "which pairs to measure",
    "purpose.pairs": "tables of two columns, or columns counted again",
    "purpose.utility": "usefulness figure",
    "purpose.ranks": "tables that say which values are usual of a code",
    "purpose.sizes": "how many rows people have",
    "purpose.total": "number of rows",
    "purpose.rounds": "tables that the model still got wrong, in rounds",
    "purpose.marginals": "declared tables",
    "purpose.again": "what the model still gets wrong",
    "purpose.critic": "training of the critic",
    "note.rows_read": "Rows read",
    "note.rows_left_out": "Rows left out because their fields did not fit the header line",
    "note.rows_without_id": "Rows dropped because the id was missing",
    "note.rows_without_person": (
        "Rows without an id, without a person, without a parent row, or second rows where one belongs"
    ),
    "note.rows_cut": "Rows cut by the bound per person",
    "note.rows_not_laid_out": "Rows of no wave, or second ones of a person and wave",
    "note.people_train": "People the mechanism was trained on",
    "note.people_reference": "Held-out people, first half",
    "note.people_control": "Held-out people, second half (negative control: one half against the other)",
    "note.rows_train": "Rows the mechanism was trained on",
    "note.rows_reference": "Rows of held-out people, first half",
    "note.rows_control": "Rows of held-out people, second half",
    "level.absent": "no row in this wave",
    "level.not_yet": "not yet",
    "level.yes": "yes",
    "level.no": "no",
    "level.missing": "missing",
    "level.true": "true",
    "level.false": "false",
    "level.bin": "{first} to {last}",
    "column.type.category": "code list",
    "column.type.boolean": "yes or no",
    "column.type.integer": "whole numbers in bins",
    "column.type.real": "numbers in bins",
    "column.type.date": "days in calendar bins",
    "column.type.offset": "days from another date, in bins",
}

_DECISION = {
    "verdict.pass": "No rule speaks against this release",
    "verdict.review.one": "No rule blocks this release. {n} point needs judgement",
    "verdict.review.other": "No rule blocks this release. {n} points need judgement",
    "verdict.block.one": "This release is blocked for {n} reason",
    "verdict.block.other": "This release is blocked for {n} reasons",
    "verdict.public.pass": "Of {rules} rules on public values, none speaks against this release",
    "verdict.public.review.one": (
        "Of {rules} rules on public values, none blocks this release. {n} point needs judgement"
    ),
    "verdict.public.review.other": (
        "Of {rules} rules on public values, none blocks this release. {n} points need judgement"
    ),
    "decision.meaning.pass": (
        "Whether data-protection law applies to these data is not judged here; that is for the data-protection officer "
        "and the controller."
    ),
    "decision.meaning.review": (
        "Whether data-protection law applies to these data is not judged here; that is for the data-protection officer "
        "and the controller."
    ),
    "decision.meaning.block": (
        "It cannot leave as it is. A block cannot be overruled here; it takes a new run or a new policy."
    ),
    "decision.scope.internal": "",
    "decision.scope.public": (
        "Computed only from values that may leave the centre. Tests on real people, judged inside: {attacks}."
    ),
    "decision.what": "What leaves",
    "decision.what.text": (
        "1 table with {columns} columns and a made-up key, {rows} synthetic rows; this report in its public edition, "
        "its figures (facts.json), the policy and the manifest; no model"
    ),
    "decision.what.tables": (
        "{tables} tables that belong together, with {columns} columns and made-up keys, {rows} synthetic rows in all; "
        "this report in its public edition, its figures (facts.json), the policy and the manifest; no model"
    ),
    "decision.whom": "To whom",
    "decision.whom.text": "{recipients} ({audience})",
    "decision.purpose": "For what",
    "decision.unit": "Protected",
    "decision.unprotected": "Not protected",
    "decision.unprotected.text": (
        "Families, practices and other groups as such; what is true of the population; the fact of the release. <a "
        'href="#unprotected">All of it</a>'
    ),
    "decision.risk": "Risk",
    "decision.benefit": "Benefit",
    "decision.points.internal": "Your points",
    "decision.points.public": "Points that need judgement",
    "decision.more.one": 'and {n} more in <a href="#findings">all findings</a>',
    "decision.more.other": 'and {n} more in <a href="#findings">all findings</a>',
    "decision.sign": "Opinion and decision",
    "decision.unsigned": "Not yet signed",
    "decision.elsewhere": "Decision: see signatures/",
    "decision.about": "About",
    "decision.about.text": (
        "At most {people} people; {sensitive} sensitive columns, {recognise} that could help to recognise somebody"
    ),
    "decision.missing": "Missing in the policy",
    "decision.missing.text": '<strong class="warn">{what}</strong>',
    "missing.basis": "legal basis",
    "missing.dpia": "impact assessment (DPIA)",
    "tile.release": "What this release can betray about one person",
    "tile.release.value": "ε {epsilon}",
    "tile.release.unit": "at δ {delta}",
    "tile.release.meaning": (
        "An attacker who may wrongly accuse {accused} of {people} outsiders finds <b>on average</b> at most "
        "<b>{found}</b> of {people} people in the data. Guessing finds {accused}."
    ),
    "tile.release.chart": "{found} of {people} people found at most, at {accused} wrong accusation",
    "tile.lifetime": "All releases about these people",
    "tile.lifetime.unit": "of the lifetime budget",
    "tile.lifetime.meaning": (
        "Counted in ρ, because ε does not add up. ε <b>{total}</b> of {limit} by the ledger’s more cautious rule, "
        "this release included. {history}"
    ),
    "tile.lifetime.demo": (
        "Counted in ρ, because ε does not add up. ε <b>{total}</b> of {limit} by the ledger’s more cautious rule. "
        "Demonstration ledger: it does not count other releases about these people. {history}"
    ),
    "tile.lifetime.committed.one": "{n} earlier release.",
    "tile.lifetime.committed.other": "{n} earlier releases.",
    "tile.lifetime.open.one": "{n} unfinished run, charged.",
    "tile.lifetime.open.other": "{n} unfinished runs, charged.",
    "tile.lifetime.imported.one": "{n} release made without this program.",
    "tile.lifetime.imported.other": "{n} releases made without this program.",
    "tile.lifetime.unbounded": (
        "<b>The total is unknown</b>: an earlier release was not differentially private. The others: ε "
        "<b>{total}</b> of {limit}."
    ),
    "tile.lifetime.chart": "{used} of the lifetime budget used, {release} of it by this release",
    "tile.attack": "Strongest membership attack that was run",
    "tile.pairs": "{value}",
    "tile.pairs.unit": "of 100 pairs judged rightly",
    "who.focal": (
        "By an insider who already has the records of 9 in 10 people in the data, of 9 in 10 comparable outsiders, "
        "and of the person in question."
    ),
    "who.focal_outsider": (
        "By an outsider who has the record of the person in question and of some people who did not take part."
    ),
    "who.dcr": "By somebody who looks for copies.",
    "who.dcr_difference": "By somebody who looks for copies and has the records of some people who did not take part.",
    "who.domias": "By an outsider who compares the density of the release with people who did not take part.",
    "who.gen_lra": "By an outsider who compares the synthetic rows nearby with people who did not take part.",
    "who.classifier": "By an outsider whose classifier tells synthetic rows from people who did not take part.",
    "who.combined": (
        "By an outsider with six attacks in one score, who has the records of some people who did not take part."
    ),
    "who.shadow": (
        "By somebody who knows everybody else and the method, about one of the people who stand out most. Pairs are "
        "pairs of releases, with and without this person."
    ),
    "tile.attack.meaning": (
        "{who} Tossing a coin: {baseline}. Most that the budget allows: <b>{ceiling}</b>. {confidence} interval: "
        "{low} to {high}.{better}"
    ),
    "tile.attack.better": " Better than guessing, within the ceiling.",
    "tile.attack.chart": "{value} of 100, interval {low} to {high}, guessing {baseline}, ceiling {ceiling}",
    "tile.attack.none": "No valid membership attack",
    "tile.attack.none.meaning": (
        "The figure is the budget’s ceiling, not a test: of 100 pairs of one person in the data and one outsider, at "
        "most {ceiling} can be judged rightly. Tossing a coin: 50."
    ),
    "tile.ceiling": "The ceiling for any attack on this release",
    "tile.ceiling.meaning": (
        "Shown one person in the data and one outsider, an attacker picks the right one at most <b>{ceiling}</b> "
        "times in 100. Tossing a coin: 50. Tests on real people stay inside."
    ),
    "tile.ceiling.chart": "At most {ceiling} of 100 pairs judged rightly; tossing a coin 50",
    "risk.price": "Cost of this release, and the allowance δ",
    "risk.lifetime": "Cost of all releases about these people",
    "risk.noise": "Noise and accounting; no exception declared",
    "risk.unit": "The protected unit is a whole person",
    "risk.membership": "No membership attack shown above the ceiling",
    "risk.reidentification": "No more matches than the limit allows",
    "risk.attacks": "Attack tests: controls held",
    "risk.inside": "Attack tests on real people",
    "risk.few": "Attack tests at few wrong accusations",
    "risk.untested.both": "Linking with other data; inferring a trait",
    "risk.untested.linkage": "Linking with other data",
    "risk.untested.inference": "Inferring a trait",
    "benefit.one_way": "Tables of one column",
    "benefit.two_way": "Tables of two columns",
    "benefit.near": "{what} (within the noise of the limit)",
    "benefit.outside_domain": "Values fit the declared lists and ranges",
    "benefit.candidates": "Closest of {number} mechanisms by noisy distances; the cost counts all",
    "benefit.histories": "Histories of one person over time",
}

_FINDINGS = {
    "finding.more": " and {n} more",
    "finding.rehearsal.block": "This is a rehearsal on made-up data. It is not a release.",
    "finding.noise.pass": "The privacy noise came from {value} and was drawn without a seed.",
    "finding.noise.block": (
        "A test switch fixed the privacy noise ({value}). The result protects nobody and is not a release."
    ),
    "finding.unprotected.pass": "No step outside the guarantee was declared.",
    "finding.unprotected.block": "Unprotected: {value} declared facts about real people lie outside the guarantee.",
    "finding.claim.pass": "The noise that was used keeps the claim: ε {value} of {claimed} at δ {delta}.",
    "finding.claim.block": (
        "The noise that was used does not keep the claim: ε {value} instead of {claimed} at δ {delta}."
    ),
    "finding.epsilon_release.pass": "This release costs ε {value}; up to {pass_limit} the policy has no objection.",
    "finding.epsilon_release.review": (
        "This release costs ε {value}, above {pass_limit}: is that justified for this audience?"
    ),
    "finding.epsilon_release.block": "This release costs ε {value}; the policy’s limit is {review_limit}.",
    "finding.epsilon_lifetime.pass": (
        "All releases together cost these people ε {value}; up to {pass_limit} the policy has no objection."
    ),
    "finding.epsilon_lifetime.review": (
        "All releases together cost these people ε {value}, above {pass_limit}: is that justified?"
    ),
    "finding.epsilon_lifetime.unknown": (
        "This ledger is a demonstration: other releases about these people are not known. ε {value} covers {covered} "
        "only."
    ),
    "finding.epsilon_lifetime.unbounded": (
        "Total unknown: an earlier release was not differentially private. ε {value} covers the others. Is that "
        "acceptable?"
    ),
    "finding.covers.release": "this release",
    "finding.covers.ledger": "the releases in this ledger",
    "finding.epsilon_lifetime.block": (
        "All releases together cost these people ε {value}; the policy’s limit is {review_limit}."
    ),
    "finding.delta.pass": (
        "δ times the largest possible number of people is {value}; up to {pass_limit} the policy has no objection."
    ),
    "finding.delta.review": (
        "δ times the largest possible number of people is {value}, above {pass_limit}: choose a smaller δ?"
    ),
    "finding.delta.block": (
        "δ times the largest possible number of people is {value}; the policy’s limit is {review_limit}."
    ),
    "finding.unit.pass": "The protected unit is {unit} with all rows.",
    "finding.unit.review": "The protected unit is {unit}, not a whole person: is that enough?",
    "finding.legal.pass": "The policy names a legal basis and an impact assessment.",
    "finding.legal.review": "Missing in the policy: {missing}.",
    "finding.two_way_free.pass": (
        "Tables of two columns lie {value} points from the noisy answers on average ({marginals} measured pairs; "
        "{floor} points would come from the noise alone). Limit {pass_limit}."
    ),
    "finding.two_way_free.review": (
        "Tables of two columns lie {value} points from the noisy answers on average, above {pass_limit} ({marginals} "
        "measured pairs; {floor} points would come from the noise alone): useful enough?"
    ),
    "finding.two_way_free.block": (
        "Tables of two columns lie {value} points from the noisy answers on average ({marginals} measured pairs; "
        "{floor} points would come from the noise alone); the policy’s limit is {review_limit}."
    ),
    "finding.two_way_paid.pass": (
        "All {marginals} tables of two columns lie {value} points (noise {sd}) from the real data on average; limit "
        "{pass_limit}."
    ),
    "finding.two_way_paid.review": (
        "All {marginals} tables of two columns lie {value} points (noise {sd}) from the real data on average, above "
        "{pass_limit}: useful enough?"
    ),
    "finding.two_way_paid.block": (
        "All {marginals} tables of two columns lie {value} points (noise {sd}) from the real data on average; the "
        "policy’s limit is {review_limit}."
    ),
    "finding.two_way_unknown.review": (
        "No table of two columns was measured: nothing is known about relations between columns."
    ),
    "finding.outside_domain.pass": (
        "No column puts clearly more than {pass_limit} of its rows on a level for missing, unlisted or clamped values."
    ),
    "finding.outside_domain.review": (
        "{level}{more} Whether that is true of the people, or values are misread, is for the centre to judge."
    ),
    "finding.level.missing": "{column}: {value} of rows have no value (limit {limit}).",
    "finding.level.other": "{column}: {value} of rows have a value that is not on the list (limit {limit}).",
    "finding.level.edge": "{column}: {value} of rows lie in the bin at the edge of the range (limit {limit}).",
    "finding.level.more": " Likewise: {columns}{more}.",
    "finding.attack_passed.pass": (
        "{subject}: {value} ({low} to {high}). Not better than guessing as far as this test can see; it would have "
        "seen {detectable} or more in 8 of 10 cases."
    ),
    "finding.attack_passed.above": (
        "{subject}: {value} ({low} to {high}). <b>Better than guessing</b>, and within what the budget allows "
        "({ceiling})."
    ),
    "finding.attack_passed.unlimited": (
        "{subject}: {value} ({low} to {high}). <b>Better than guessing</b>; the budget sets no ceiling for this number."
    ),
    "finding.attack_leak.block": (
        "{subject}: {value} lies above what the budget allows. Something does not do what it claims."
    ),
    "finding.attack_not_resolvable.review": (
        "{subject}: with {people} held-out people the test could have missed anything below {detectable}. It is no "
        "evidence either way; is the ceiling enough?"
    ),
    "finding.attack_invalid.block": "{subject}: a control failed, so its numbers mean nothing.",
    "finding.attack_absent.review": "{subject}: the policy asks for this attack, and it was not run.",
    "finding.membership_ceiling.pass": (
        "{subject}: the lower end of the interval, {low}, is not above the ceiling of {ceiling}."
    ),
    "finding.membership_ceiling.review": (
        "{subject}: the lower end of the interval, {low}, is above the ceiling of {ceiling}."
    ),
    "finding.membership_ceiling.block": (
        "{subject}: the lower end of the interval, {low}, is above the ceiling of {ceiling}. Something does not do "
        "what it claims."
    ),
    "finding.match_excess.pass": (
        "{subject}: at most {value} of {trials} beyond chance; up to {pass_limit} the policy has no objection."
    ),
    "finding.match_excess.review": (
        "{subject}: up to {value} of {trials} beyond chance, above {pass_limit}: is that acceptable for this audience?"
    ),
    "finding.match_excess.block": (
        "{subject}: up to {value} of {trials} beyond chance; the policy’s limit is {review_limit}."
    ),
    "finding.audit.pass": (
        "An audit on invented people with {runs} runs each way is consistent with the promise (largest ε shown "
        "{shown}, possible {possible})."
    ),
    "finding.audit.review": (
        "The audit of the promise had only {runs} runs each way and could have missed much: is a longer one needed "
        "(dpsynth audit)?"
    ),
    "finding.integrity.pass": "Every synthetic row keeps the policy’s keys, references, dates, bounds and lists.",
    "finding.integrity.block": (
        "In {value} places synthetic rows break the policy’s keys, references, dates, bounds or lists."
    ),
    "finding.audit.block": "An audit on invented people contradicts the promise.",
    "finding.trials.excess_share": "people",
    "finding.trials.excess_precision": "claims",
    "findings.source": "Source of the limit: {source}.",
    "findings.lead": "Every rule that was applied, the gravest first.",
}

_CLAIM = {
    "candidates.title": "Several mechanisms were tried",
    "candidates.lead": (
        "{number} mechanisms each made a synthetic table. The cost of this release is that of all of them and of the "
        "noisy distances below; the promise covers everything together. {chosen} is released because its noisy "
        "distance is the smallest. Nothing else was looked at for the choice."
    ),
    "candidates.note": (
        "Distances are means over all pairs of columns, in points of 100 rows. Where two differ by less than three "
        "times the noise, chance may have decided. The smallest of several noisy distances is on average a little "
        "too small."
    ),
    "candidates.table": "Mechanisms that were tried",
    "candidates.share": "Share of the budget",
    "candidates.released": "Released",
    "candidates.yes": "yes",
    "candidates.no": "no",
    "claim.lead": (
        "This sheet follows the order of NIST SP 800-226: what is promised, to whom it applies, and what could "
        "undermine it."
    ),
    "claim.caption": "Claim sheet",
    "claim.definition": "Definition",
    "claim.definition.text": (
        "Gaussian differential privacy with μ = {mu}. That is (ε, δ)-differential privacy with ε = {epsilon} at δ = "
        "{delta}; claimed is ε = {claimed}: one person’s rows change the odds of any outcome by a factor of at most "
        "{factor} (e to the power of ε), apart from δ. In the unit that adds up over releases: ρ = {rho} (zCDP), "
        "which alone converts to ε = {zcdp}."
    ),
    "claim.definition.sampled": (
        "(ε, δ)-differential privacy with ε = {epsilon} at δ = {delta}; claimed is ε = {claimed}: one person’s rows "
        "change the odds of any outcome by a factor of at most {factor} (e to the power of ε), apart from δ. A part "
        "of this release was learned from random samples of people, so that no single μ or ρ describes it; the "
        "ledger charges it as its Rényi divergence of one order."
    ),
    "claim.unit": "Protected unit",
    "claim.unit.text": "{unit}. The promise is about the same for a person who is in the data and for one who is not.",
    "claim.bound": "Bound per unit",
    "claim.bound.text": (
        "At most {rows} rows of a unit are used. Excess rows are dropped at random, unit by unit, before anything is "
        "measured. The bound rests on {bound_source} and was set in the policy."
    ),
    "claim.bound.waves": (
        "All rows of a unit are counted as one row, with {waves} waves side by side and one row of each; a second row "
        "of a unit and wave takes no part. The layout was set in the policy."
    ),
    "claim.bound.tables": (
        "Of one unit at most so many rows are counted: {bounds}. Which they are is drawn at random, unit by unit and "
        "table by table, before anything is measured. The other rows are not counted, but show in what is counted once "
        "a unit (numbers of rows, first days, summaries) and in what a counted row says of the row before it. The "
        "bounds were set in the policy."
    ),
    "claim.neighbours": "Neighbouring data",
    "claim.neighbours.text": (
        "Two data sets that differ by one unit, added or removed. Replacing one unit by another counts as two such "
        "steps."
    ),
    "claim.delta": "Allowance beyond ε",
    "claim.delta.text": (
        "The probability of any outcome may exceed the limit that ε sets by at most δ = {delta}. Rule of thumb: δ "
        "times the largest number of people, {patients}, is {expected}; it should be well below 1."
    ),
    "claim.adversary": "Attacker",
    "claim.adversary.text": (
        "May know the program, the policy and every other person’s record, and compute without limit short of "
        "predicting the operating system’s random numbers. Whoever combines several releases: the total of section 4 "
        "applies. The centre itself is trusted."
    ),
    "claim.composition": "Composition",
    "claim.composition.text": (
        "Everything that this release asked is counted together. All releases about the population "
        "<b>{population}</b> share one lifetime budget."
    ),
    "claim.outside": "Outside the promise",
    "claim.outside.text": (
        "Domains, bounds, bins, thresholds and the query plan are in the policy and were fixed before data were "
        "opened. Declared facts outside the promise: {statements}."
    ),
    "claim.after": "After the noise",
    "claim.after.text": (
        "Fitting, sampling and everything in the public edition use noisy answers only. That cannot weaken the promise."
    ),
    "claim.build": "Implementation",
    "claim.build.text": (
        "Noise: {sampler}, integers on a fine lattice, without a seed. The difference between the lattice and the "
        "ideal noise is at most {eta} and is part of ε and δ. ε is rounded up, what is left of a budget is rounded "
        "down."
    ),
    "training.title": "What was learned from samples of people",
    "training.lead": (
        "A critic, a network that tells records from synthetic rows, was trained with DP-SGD: differentially private "
        "stochastic gradient descent. The critic itself is no part of the release."
    ),
    "training.sampling": "Samples",
    "training.sampling.text": (
        "{steps} steps. In each of them every person is in the sample with the probability {rate}, independently of "
        "everybody else. Who was in a sample, and how many people were, stays secret; a step without anybody is a "
        "step like any other. No sample is cut off: a large one gets a second table."
    ),
    "training.bound": "Bound and noise",
    "training.bound.text": (
        "What one person adds to a step is scaled down to a length of at most 1, whatever the record holds. The sum "
        "gets Gaussian noise with a standard deviation of {sigma} in each coordinate."
    ),
    "training.constants": "Constants",
    "training.constants.text": (
        "Probability, noise, number of steps and all sizes were fixed before data were opened, for all steps. None "
        "is computed from the number of people in the data or in a sample; no real row decided when training ended."
    ),
    "training.accounting": "Accounting",
    "training.accounting.text": (
        "Steps and all other questions are composed in one privacy loss distribution, on a grid that makes δ too "
        "large rather than too small. The steps alone would have ε = {alone}."
    ),
    "training.proven": "Proven",
    "training.proven.text": (
        "With real numbers: that no person adds more than the bound, that samples have exactly the stated "
        "probability, and that this noise gives the ε and δ of this section. The far ends of the noise, which its "
        "random bits do not reach, are paid: {ends} of δ."
    ),
    "training.open": "Not proven",
    "training.open.text": (
        "That a computer’s floating-point numbers do the same. Lengths and sums are computed with a margin of 1 in "
        "10,000 for rounding. What leaves is a whole number on a public grid, so that its last digits say nothing; "
        "but its noise follows the Gaussian law only up to rounding. The exact noise that tables get is too slow for "
        "training. How long a step takes is not hidden from whoever watches the machine."
    ),
    "training.random": "Random numbers",
    "training.random.text": (
        "Samples and noise: {bits}, a cipher under a fresh key of the operating system’s generator for every draw, "
        "without a seed. Nobody can repeat them without breaking the cipher."
    ),
    "training.signal": "Signal and noise",
    "training.signal.text": (
        "The noise of a step is {ratio} times as long as the longest signal that a step can carry (σ√P/B with P = "
        "{parameters} and B = {batch}). Near 1 and above, a critic learns nothing, and the data are as good as the "
        "paid tables alone."
    ),
    "training.check": "Check after training",
    "training.check.mean": (
        "The trained generator was compared with the noisy tables that had been paid for, which costs nothing. It "
        "agrees with them, and was kept: the data come from it."
    ),
    "training.check.halfway": (
        "The trained generator was compared with the noisy tables that had been paid for, which costs nothing. At "
        "the end it was worse than their noise, so its state after half of the steps was kept, which agrees with "
        "them."
    ),
    "training.check.marginals": (
        "The trained generator was compared with the noisy tables that had been paid for, which costs nothing. It "
        "was worse than their noise, so it was <b>discarded</b>: the data were made from the tables alone. The "
        "privacy cost of training is spent all the same."
    ),
    "training.check.other": (
        "Another candidate came closer to the data, by the distances that were charged, so the data come from that "
        "one. The privacy cost of training is spent all the same."
    ),
    "training.check.distances": (
        "Mean squared distance from the cells of the paid tables, in units of their noise (the truth is at about 1): "
        "{mean} at the end of training, {halfway} after half of the steps, {marginals} for the tables alone. Up to "
        "{limit} a trained generator is kept."
    ),
    "training.deleted": "Deleted",
    "training.deleted.text": (
        "The critic, the memory of its optimiser and all noisy gradients. They are in no file of the release or of "
        "the run."
    ),
    "audit.title": "Was the promise put to the test?",
    "audit.lead": (
        "Yes, with invented people only: the program measured a small table with and without one of them, again and "
        "again, and an attacker who knows everything but the noise tried to tell the two apart. Had the attacker "
        "succeeded more often than the promise allows, this release would not have been made."
    ),
    "audit.table": "What the audit could show (at δ = {delta})",
    "audit.promise": "Promise",
    "audit.claim": "ε = {epsilon}",
    "audit.shown": "Largest ε shown",
    "audit.possible": "Largest it could have shown",
    "audit.runs": "Runs of the measuring step, each way",
    "audit.whole": "Runs from the raw table, each way and person",
    "audit.outcome": "Outcome",
    "audit.not_run": "none",
    "audit.consistent": "Consistent with the promise",
    "audit.contradicted": "Contradicts the promise",
    "audit.several": (
        "The audit has three tables of its own (people, stays of people, values of stays); the invented "
        "person comes or goes with all rows in all of them."
    ),
    "audit.people.one": "The invented person was one whom nobody resembles: the hardest to hide.",
    "audit.people.other": "The invented people were of {people} kinds, each hard to hide in its own way.",
    "audit.mutants": (
        "The same audit was made of programs with a known mistake (too little noise, a domain read from the data, and "
        "others): it caught {caught} of {mutants}."
    ),
    "audit.no_mutants": (
        "Programs with a known mistake were not audited together with this release; a full audit does that."
    ),
    "audit.not_whole": (
        "Only the measuring step was repeated; the way to it from the raw table was gone once on each side, not in "
        "every run."
    ),
    "audit.second": "ε = {epsilon} is audited, too: mistakes of scale do not depend on ε and are easier to see there.",
    "audit.limits": (
        "An audit can contradict a promise; it cannot prove one. Its attacker sees every noisy answer; whoever attacks "
        "the release sees some of them, and what was computed from all. “Largest ε shown” is a lower limit with 95% "
        "confidence, so it lies below the promise when all is well. “Largest it could have shown”: with so many runs "
        "no more could be shown of any program, not even of one without noise."
    ),
    "ceiling.lead": (
        "These limits hold for every attack <b>on this release alone</b>, known or not, if section 2 holds (one id is"
        " one person, the program and the random numbers work). They are <b>averages over the noise</b>. For all "
        "releases together see section 4. Picture {people} people in the data and {people} outsiders, and an attacker"
        " who wrongly accuses {accused} of the outsiders."
    ),
    "ceiling.guessing": "<b>{accused}</b> of {people} found by guessing, without the release",
    "ceiling.guessing.chart": "{people} people in the data, {accused} found by guessing",
    "ceiling.reached": "<b>{found}</b> of {people} found at most, on average, by the best attack on this release",
    "ceiling.reached.chart": "{people} people in the data, {found} found at most",
    "ceiling.legend.found": "found",
    "ceiling.legend.person": "not found",
    "ceiling.table": "The most that an attacker finds among {people} people in the data and {people} outsiders",
    "ceiling.accused": "Outsiders wrongly accused, of {people}",
    "ceiling.guess": "People found by guessing",
    "ceiling.found": "People found at most, of {people}",
    "ceiling.right": "Right accusations at most",
    "ceiling.right.note": (
        "Right accusations are computed before rounding, with as many outsiders as people in the data."
    ),
    "ceiling.of100": "{n} of 100",
    "ceiling.pairs": (
        "Shown one person in the data and one outsider, an attacker picks the right one at most {auc} times in 100. "
        "Shown one person and told that the chance is one half, an attacker judges rightly at most {accuracy} times "
        "in 100."
    ),
    "ceiling.remark": (
        "This is about telling <em>whether</em> a person is in the data. Whatever else a release tells about one "
        "person because they took part is limited in the same way. It says nothing about what is true of everybody "
        "with the same traits."
    ),
    "roc.chart": "Ceiling curve of members found against outsiders wrongly accused, area at most {auc}",
    "roc.caption": "Attacks can only lie in the shaded area. The diagonal is a guesser.",
    "roc.caption.measured": (
        "Attacks can only lie in the shaded area. The diagonal is a guesser; dots are measured on real people."
    ),
    "roc.x": "Outsiders wrongly accused",
    "roc.y": "People found",
    "roc.y.most": "People found at most",
    "roc.ceiling": "ceiling",
    "roc.guess": "guessing",
    "roc.table": "Points of the ceiling curve",
}

_BUDGET = {
    "budget.lead": (
        "Each release about the same people makes an attacker’s view a little sharper. The population "
        "<b>{population}</b> has a lifetime budget of ε {limit} at δ {delta}. After "
        "this release ε {total} is used: <b>{used}</b> of the budget. <b>{left}</b> is left."
    ),
    "budget.demo": (
        "This is the throw-away ledger of a demonstration. It does not know of any other release about these people, "
        "so this total must not be relied on."
    ),
    "budget.chart": "{used} of the lifetime budget used, {left} left",
    "budget.caption": "Lifetime budget of the population {population}, in the unit that adds up (ρ)",
    "budget.table": "Charges to the lifetime budget",
    "budget.entry": "Release",
    "budget.date": "Date",
    "budget.state": "State",
    "budget.epsilon": "ε alone",
    "budget.share": "Share of the budget",
    "budget.two_epsilons": (
        "Why two numbers for this release: ε {release} is the exact cost of what was asked at the release’s δ; ε "
        "{alone} is what the ledger charges, by the coarser rule that stays true however later releases are chosen."
    ),
    "budget.add": (
        "ε of several releases does not add up; shares of the budget do. Charges are rounded up and are never "
        "refunded once data were opened."
    ),
    "budget.head": (
        "Ledger entry {sequence}, head {head}. A run writes several entries: its charge, the opening of the data, its "
        "end; the first run about these people also their budget. Entries about other people count, too."
    ),
    "ledger.committed": "released or ready",
    "ledger.open": "unfinished run, charged",
    "ledger.void": "never opened, not charged",
    "ledger.imported": "made without this program, charged",
    "ledger.unknown": "unknown",
    "budget.unbounded": (
        "<b>What all releases about these people cost together is unknown.</b> An earlier release was not "
        "differentially private, so no number bounds what it gave away. The promise holds for the other releases: they "
        "are what is added up here."
    ),
    "budget.unchanged": (
        "A budget can be raised by two signatures, of the data-protection officer and of a release officer, with a "
        "reason. Every raise is listed here for ever; there has been none."
    ),
    "budget.changes": (
        "A budget can be raised by two signatures, of the data-protection officer and of a release officer, with a "
        "reason. Every change is listed here for ever:"
    ),
    "budget.change.raise": (
        "{date}, ledger entry {sequence}: <b>raised</b> from ε {old} at δ {old_delta} to ε {new} at δ {new_delta}. "
        "The data-protection officer and a release officer signed; their names and their reason are in the ledger."
    ),
    "budget.change.lower": (
        "{date}, ledger entry {sequence}: <b>lowered</b> from ε {old} at δ {old_delta} to ε {new} at δ {new_delta}. "
        "One of the two who may raise it signed; name and reason are in the ledger."
    ),
    "ledger.release": "this release",
    "ledger.this": "this release",
    "ledger.left": "left",
}

_ATTACKS = {
    "attacks.lead": (
        "The attacks below were run on this release inside the centre, on people who were in the data and on people "
        "who were held out and never trained on. A test counts only if its controls hold: where a leak was built in "
        "on purpose it must be found, and where there cannot be one it must stay quiet."
    ),
    "attacks.words": (
        "Made-up people are drawn from the policy; no real person is among them. AUC means pairs judged rightly, as a"
        " share. The interval of “shuffled” is the spread of 200 shuffles."
    ),
    "attacks.people": (
        "In this release the rows of a person belong together. Attacks on single records see one record of "
        "each person (what all rows say together: numbers, first days, summaries); attacks on whole people "
        "see all rows of all tables."
    ),
    "attacks.few": (
        "Only {control} people were held out. That is enough for the overall figure (AUC), and too few to measure "
        "what an attacker finds who accuses only 1 in 100 or 1 in 1,000 outsiders; there only the ceiling counts."
    ),
    "attacks.not_run": "Not run: {what}.",
    "attacks.not_run.linkage": "attacks that link the release with other data",
    "attacks.not_run.inference": "attacks that infer one person’s unknown trait",
    "attacks.not_run.both": (
        "attacks that link the release with other data, and attacks that infer one person’s unknown trait"
    ),
    "attacks.public": (
        "From this release alone, no attack, known or not, can on average judge more than {auc} of 100 pairs of one "
        "person in the data and one outsider rightly (tossing a coin: 50). That ceiling follows from the noise, not "
        "from a test, and needs what section 2 says."
    ),
    "attacks.public.why": (
        "The attacks below are run inside the centre before a release. Their results look at real people without "
        "protection, so they stay there; exact test results have been used to recover records."
    ),
    "attacks.public.table": "Attacks that are run inside, as the policy names them or by default",
    "attacks.name": "Where",
    "attacks.story": "What the attacker does",
    "attacks.result": "Result",
    "attacks.public.ceiling": "Pairs judged rightly at most",
    "attacks.on": "Run on",
    "attacks.on_release": "this release, real people",
    "attacks.interval": "Interval",
    "attacks.range": "{low} to {high}",
    "attacks.ceiling": "Ceiling",
    "attacks.ceiling.excess_share": "Most excess",
    "attacks.ceiling.rate": "Ceiling, if the true rate is the upper end of the interval",
    "attacks.ceiling.found": "Most people found",
    "attacks.ceiling.note": (
        "The true share of wrong accusations is known only up to its interval, so the ceiling is taken at the upper "
        "end; section 3 gives it for exact shares."
    ),
    "attacks.ceiling.hidden": "not printed",
    "attacks.no_ceiling": "none follows",
    "attacks.outcome": "Outcome",
    "attacks.row.positive": "{name} (must be found)",
    "attacks.row.negative": "{name} (must stay quiet)",
    "attacks.chart": "Attacks and controls, {statistic}; guessing reaches {baseline}; numbers in the table below",
    "attacks.caption": "What each attack reached, with its interval.",
    "attacks.caption.auc": (
        "AUC: pairs of one person in the data and one outsider judged rightly, as a share, from 0.5 (tossing a coin) "
        "to 1 (always)."
    ),
    "attacks.caption.excess_share": (
        "Share of people singled out, linked or matched beyond what outsiders show by chance."
    ),
    "attacks.caption.excess_precision": (
        "Share of the attacker’s claims that are right, about people in the data beyond those about outsiders. What is "
        "told rightly of both is knowledge about the population."
    ),
    "attacks.details": (
        'What each attacker does and knows, all controls and all groups of people: <a href="#attack-details">attack by '
        "attack</a>."
    ),
    "attacks.overview": "Attacks on this release: {statistic}",
    "attacks.table": "{attack}: on this release, and where the truth is known",
    "attacks.controls": "Controls",
    "attacks.controls.held": "{held} of {all} as they must",
    "attacks.controls.weak": "{held} of {all} as they must, the others too weak to tell",
    "attacks.controls.failed": "{held} of {all} as they must",
    "attacks.power": (
        "{members} people in the data, {control} held out; intervals at {confidence}. A guesser reaches {baseline}. "
        "The test would have found a leak of {detectable} or more ({statistic}) with 80% probability; smaller ones "
        "it may have missed."
    ),
    "attacks.rates": "{attack}: rates of people",
    "attacks.point": "Where",
    "attacks.members": "People in the data",
    "attacks.control": "Held-out people",
    "attacks.p": "p value",
    "attacks.rate": "{share} ({low} to {high})",
    "attacks.under": "under {share}",
    "attacks.over": "over {share}",
    "attacks.more_often": "{power}. Found more often than outsiders; below the ceiling.",
    "attacks.rare": (
        "{share} in 100 people have a record that no other person nearly shares. The attacker knows all columns of "
        "the row."
    ),
    "attacks.unresolved": "too few people",
    "attacks.resolved": "enough people",
    "attacks.too_small": "not printed: group too small",
    "attacks.power.head": "Power",
    "legend.attack": "attack with interval",
    "legend.guess": "guessing",
    "legend.ceiling": "ceiling of the budget",
    "legend.positive": "control that must be found",
    "legend.negative": "control that must stay quiet",
    "legend.noisy": "noisy answer",
    "legend.noise": "± 2 noise sd",
    "legend.synthetic": "synthetic rows",
}

_USE = {
    "noise.sd": "Noise sd",
    "small.lead": (
        "{rare} of {levels} levels are so rare that the noise hides them: their noisy count is below three noise "
        "standard deviations ({below} rows at most). What the synthetic rows show there is chance."
    ),
    "small.lead.internal": (
        " In this edition, counts and rates made of fewer than {minimum} real people, but not none, are given as a "
        "range; differences of rates and AUCs are not."
    ),
    "small.table": "Levels that the noise hides",
    "small.column": "Column",
    "small.levels": "Levels",
    "small.rare": "Hidden",
    "small.synthetic": "Synthetic rows there",
    "small.none": "Every level stands clear of the noise.",
    "outside.title": "Values outside the declared lists and ranges",
    "outside.lead": (
        "Unlisted values become a level of their own, and values beyond a range are moved to its edge. Shares clearly"
        " above {limit} ask whether the list or range fits. An edge bin also holds the values that belong there. "
        "Shares and noise in percent of rows{noise}."
    ),
    "outside.noise": "; noise sd {sd} throughout",
    "outside.table": "Noisy shares of rows on such levels, largest first",
    "outside.level": "Level",
    "outside.kind": "Kind",
    "outside.share": "Share",
    "outside.other": "unlisted",
    "outside.missing": "missing",
    "outside.edge": "edge of the range",
    "outside.more.one": (
        '{n} further level of this kind has a smaller share; see <a href="#columns">column by column</a>.'
    ),
    "outside.more.other": (
        '{n} further levels of this kind have smaller shares; see <a href="#columns">column by column</a>.'
    ),
    "outside.none": "No column has such a level.",
    "use.lead": "Whether the data help depends on the question. These answers hold for the table as a whole.",
    "use.title": "Fit for, not fit for",
    "use.code": "Writing and testing analysis code",
    "use.code.text": "Columns, types and codes are those of the policy.",
    "use.one_way": "Tables of one column",
    "use.one_way.text": "Every column was measured.",
    "use.one_way.dates": (
        "Every column was measured but {dates}: what the tables show of these dates follows from first days and the "
        "days between rows."
    ),
    "use.two_way": "Tables of two columns",
    "use.two_way.text": "{measured} of {pairs} pairs were measured directly; the others follow from the model.",
    "use.no_rules": " The policy declares no rule between columns, so single rows can be impossible.",
    "use.rules": (
        " Rows keep to the declared rules between columns ({rules}); beyond these, single rows can be impossible."
    ),
    "use.amounts": "Means, sums, medians and maxima of numbers in bins",
    "use.amounts.text": (
        "{binned} of {columns} columns have bins of several values; inside a bin, values are drawn evenly. A few rows "
        "that the noise puts into a wide top bin can dominate a sum or a mean. A maximum shows how far the bins reach, "
        "not what somebody had."
    ),
    "use.three_way": "Three columns at once, and finer",
    "use.three_way.text": "Not measured. What the table shows there follows from the model, not from people.",
    "use.histories": "Histories of one person, repeated measurements",
    "use.histories.text": (
        "Every synthetic row stands for itself; no two rows belong together. Do not count rows as people."
    ),
    "use.waves": "How a person changes from wave to wave",
    "use.waves.text": (
        "Rows of one synthetic person belong together. A wave depends on the one before as far as their columns were "
        "measured together (see the appendix); courses over several waves, and single ones, are nobody’s."
    ),
    "use.rare": "Rare levels and rare combinations",
    "use.rare.text": "Below {below} rows ({share} of the table) a level cannot be told from an empty one.",
    "use.rare.tables": "Below so many rows of its table a level cannot be told from an empty one: {below}.",
    "use.inference": "Confidence intervals and tests as if the rows were real",
    "use.inference.text": "They ignore the noise and would be too narrow. Confirm on the real data.",
    "use.figures": "How close the tables are",
    "use.explain": (
        "The distance of two tables is the share of rows that would have to move to another cell to make them equal, "
        "here in points of 100 rows. 0 is equal; smaller is better."
    ),
    "use.size": (
        "About {noisy_rows} rows were used for training (noisy; noise sd {sd}). {holdout} of people were held out, so "
        "that number was divided by {kept} to reach the size of the whole source: {rows} rows."
    ),
    "use.size.all": (
        "About {noisy_rows} rows were used for training (noisy; noise sd {sd}); the synthetic table has {rows}."
    ),
    "use.size.ratio": (
        "About {noisy_rows} rows were used for training (noisy; noise sd {sd}). Brought to the size of the whole "
        "source (people held out: {holdout}) and multiplied by {ratio}, as the policy asks, that makes {rows} "
        "synthetic rows."
    ),
    "use.size.waves": (
        "About {noisy_people} people were used for training (noisy; noise sd {people_sd}), with about {noisy_rows} "
        "rows (sd {sd}). Brought to the size of the whole source (people held out: {holdout}; times {ratio}), that "
        "makes {people} synthetic people with {rows} rows in {waves} waves. Shares of columns are shares of people."
    ),
    "use.size.tables": (
        "About {noisy_people} people were used for training (noisy; noise sd {people_sd}). Brought to the size of the "
        "whole source (people held out: {holdout}) and multiplied by {ratio}, as the policy asks, that makes {people} "
        "synthetic people. Their rows, and about how many rows of the people trained on were counted: {sizes}."
    ),
    "use.size.each": "{table} {rows} ({noisy}; noise sd {sd})",
    "use.table": "Mean distance between tables, in points of 100 rows",
    "use.what": "Compared",
    "use.tables": "Tables",
    "use.mean": "Mean distance",
    "use.floor": "From noise alone",
    "use.no_noise": "none added",
    "use.free.1": "One column, against the noisy answers",
    "use.free.2": "Two columns, against the noisy answers",
    "use.paid.2": "Two columns, against the real data, protected",
    "use.inside.1": "One column, against the real data, unprotected",
    "use.inside.2": "Two columns, against the real data, unprotected",
    "use.inside.3": "Three columns, against the real data, unprotected",
    "use.pairs_note.free": (
        "The noisy answers cover {measured} of {pairs} pairs, chosen by noisy scores. Single pairs can be much "
        "further off than the mean. “From noise alone” is what a perfect table would still show, because the answers "
        "themselves are noisy. The synthetic rows follow the noise too, so they can be nearer to the noisy answers "
        "than a perfect table."
    ),
    "use.pairs_note.paid": (
        "The protected figure covers all {pairs} pairs and was paid for from the budget. Single pairs can be much "
        "further off than the mean. “From noise alone” is what a perfect table would still show against the noisy "
        "answers. The synthetic rows follow the noise too, so they can be nearer to the noisy answers than a perfect "
        "table."
    ),
    "use.worst": "The {shown} of {columns} columns that differ most from their noisy answers",
    "use.worst_pairs": "The {shown} pairs of columns that differ most from the real data",
    "use.pair": "{first} and {second}",
    "use.near": " The mean is within the noise of the limit.",
    "use.far": (" Some columns are further from their noisy counts than noise and the limit together explain: {far}."),
    "bars.title": "How wrong a single table can be",
    "bars.lead": (
        "Upper limits, in points of 100 rows, computed from the noisy answers alone. With {confidence} confidence they "
        "hold for all of these tables together, against the rows that were used for training. They allow for the "
        "worst, so most tables are much closer. Levels that were merged before counting are compared merged."
    ),
    "bars.clipped": " They are about counts in which the share of people with many rows is limited.",
    "bars.why": (
        " Measured pairs can have the looser limit: it allows for noise in each of their cells, that of a dependence "
        "for noise in one number."
    ),
    "bars.table": "At most this far from the truth, in points of 100 rows",
    "bars.what": "Kind of table",
    "bars.median": "Half of them within",
    "bars.largest": "All within",
    "bars.one_way": "One column, measured",
    "bars.measured": "Several columns, measured",
    "bars.pairs": "Two columns, measured",
    "bars.scored": "Two columns, of which only the dependence was asked",
    "clip.text": (
        "The share of one person in a table was limited: people with more than about {reach} rows count less. By noisy "
        "counts, about {lost} of the rows lie beyond that. In tables of 100 cells and more the limit may be lower. "
        "Tables are scaled back to the number of all rows, but lean towards people with fewer rows."
    ),
    "clip.hidden": (
        "The share of one person in a table was limited: people with more than about {reach} rows count less. The "
        "noise hides how many of the rows lie beyond that. In tables of 100 cells and more the limit may be lower."
        " Tables are scaled back to the number of all rows, but lean towards people with fewer rows."
    ),
    "clip.worst": (
        "By noisy counts, the table of {columns} lost most: about {lost} of the rows (noise sd {noise}) are missing "
        "from it before it is scaled. That is about as far as its shares can be off for this reason, beside noise."
    ),
    "dependence.none": (
        "Of {checked} pairs of columns with an answer, no pair is more dependent in the synthetic table than the noisy "
        "answers allow. The check looks in this direction only: pairs may be less dependent than in the real data."
    ),
    "dependence.some": (
        "Of {checked} pairs of columns with an answer, {failed} are more dependent in the synthetic table than the "
        "noisy answers allow. Do not use these pairs to look for associations."
    ),
    "dependence.table": "Dependence in points of 100 rows that would have to move to make the columns independent",
    "dependence.synthetic": "Synthetic table",
    "dependence.allowed": "At most, by the answers",
    "use.difference": "Distance, points of 100 rows",
}

_RELATIONS = {
    "relations.lead.internal": (
        "{tables} tables hold the rows of {people} synthetic people. This section asks what tables of single rows "
        "do not show: how many rows people have, what belongs together across tables, and what happens over time. "
        "Everything beside real people here looks at them without protection and stays inside."
    ),
    "relations.lead.public": (
        "{tables} tables hold the rows of {people} synthetic people. This section says what these people look like "
        "over their rows: how many they have, what follows what, and what happens over time. How near that is to "
        "real people was looked at inside the centre, without protection, and is not told here."
    ),
    "relations.table": "Table",
    "relations.rows": "Rows",
    "relations.synthetic": "Synthetic",
    "relations.real": "Real",
    "relations.held": "Real, held out",
    "relations.interval": "95% interval of the real share",
    "relations.few": "few",
    "relations.few.note": "“few” stands for shares of fewer than {minimum} people or rows.",
    "relations.undefined": "not computed",
    "relations.range": "{value} [{low}, {high}]",
    "relations.what": "What",
    "relations.checks.title": "Whether the tables hold together",
    "relations.checks": "Share of synthetic rows that keep each rule of the policy",
    "relations.checks.none": (
        "No synthetic row breaks a rule. Looked at are the synthetic tables alone, as they leave."
    ),
    "relations.checks.broken": (
        "Some synthetic rows break a rule: they must not leave like this. Looked at are the synthetic tables "
        "alone, as they leave."
    ),
    "relations.rule.keys": "Own key is there once",
    "relations.rule.references": "References arrive at the same person",
    "relations.rule.order": "Dates in order",
    "relations.rule.window": "Inside window and life",
    "relations.rule.bound": "Rows a person within bound",
    "relations.rule.values": "Values in list or range",
    "relations.classifier.title": "Can synthetic people be told from real ones?",
    "relations.classifier.text": (
        "A classifier sees each person as one line: own columns, and for every table the number of rows, different "
        "levels, means and shares. Of 100 pairs of a real and a synthetic person it tells which is which in "
        "{synthetic}; of 100 pairs of two real people it does so in {real}, where 50 is guessing. {people} people "
        "on each side; judged on people it was not trained on."
    ),
    "relations.classifier.few": "Not computed: too few people.",
    "relations.telling": "What tells synthetic people best, taken alone",
    "relations.feature": "What a person’s rows say",
    "relations.feature.auc": "Of 100 pairs, synthetic is larger",
    "relations.feature.own": "{column}{level}",
    "relations.feature.own.level": "{column} is {level}",
    "relations.feature.rows": "Number of rows in {column}{level}",
    "relations.feature.different": "Different levels of {column}{level}",
    "relations.feature.mean": "Mean of {column}{level}",
    "relations.feature.share": "Share of rows with {column} {level}",
    "relations.distances.title": "As far as other real people are?",
    "relations.distances.text": (
        "Each line compares as many training people with synthetic ones, and with other real ones, held-out people "
        "among them. What the second comparison shows comes of looking at people by chance alone; only what goes "
        "beyond it comes of the synthesis and its noise. In brackets: where 95 of 100 such comparisons lie."
    ),
    "relations.distances": "Distances times 100, {people} people on each side",
    "relations.distances.few": "Distances: not computed, too few people",
    "relations.apart": "Synthetic from real",
    "relations.usual": "Real from real",
    "relations.reading": "Reading",
    "relations.alike": "as other real people",
    "relations.further": "further",
    "relations.mean_of": "{what}, mean of {pairs} pairs",
    "relations.numbers.title": "Likeness, order and time in numbers",
    "relations.numbers": "One number for each question",
    "relations.numbers.note.internal": (
        "Correlations lie between −1 and 1; 0 says that rows know nothing of each other. In brackets: 95% "
        "intervals for people drawn again. Fewer held-out people give wider ones."
    ),
    "relations.numbers.note.public": (
        "Of the synthetic people alone. Correlations lie between −1 and 1; 0 says that rows know nothing of each other."
    ),
    "relations.what.rows": "People without rows in {table}",
    "relations.what.rows_of_parent": "Parent rows without rows in {table}",
    "relations.what.gap": "Days between rows of {table}, mean",
    "relations.what.lag.1": "{column} and its value in the row before",
    "relations.what.lag.2": "{column} and its value two rows before",
    "relations.what.lag.1.within": "{column} and its value before, same {by}",
    "relations.what.lag.2.within": "{column} and its value two before, same {by}",
    "relations.what.within": "Likeness of {columns} within people (ICC)",
    "relations.what.within.by": "Likeness of {column} within people, compared within {by} (ICC)",
    "relations.what.transitions": "Next row has the same {columns}",
    "relations.what.survival": "Days without a row in {table}, mean within the window",
    "relations.what.survival.death": "Days alive, mean within the window ({columns})",
    "relations.what.pair.rows": "Parent table and {table}, each row counting the same",
    "relations.what.pair.people": "Parent table and {table}, each person counting the same",
    "relations.what.pair_of_person.rows": "Table of people and {table}, each row counting the same",
    "relations.what.pair_of_person.people": "Table of people and {table}, each person counting the same",
    "relations.what.siblings": "What {table} and other tables say of one person",
    "relations.bars.title": "How many rows, and how far apart",
    "relations.bars.rows": "Rows of a person in {table}",
    "relations.bars.rows_of_parent": "Rows of a parent row in {table}",
    "relations.bars.gap": "Days between rows of {table}",
    "relations.bins.rows": "Rows",
    "relations.bins.rows_of_parent": "Rows",
    "relations.bins.gap": "Days",
    "relations.chart.bars": "Bars of shares: {what}",
    "relations.chart.curve": "Curve over time: {what}",
    "relations.curves.title": "Time to death and to the first row",
    "relations.curves.text": (
        "Share of people to whom it has not happened, after Kaplan and Meier, from the index date; who leaves the "
        "study window or dies first counts as long as he or she was there. Days are the middles of the policy’s "
        "bins, for real and synthetic people alike."
    ),
    "relations.curve.death": "Share of people alive",
    "relations.curve.first": "Share of people without a row in {table} so far",
    "relations.years": "Years",
    "relations.moves.title": "From one row to the next",
    "relations.moves.text": (
        "Of 100 rows with the level at the left, how many are followed by a row of the same person with the level "
        "above. A deeper colour is more. The most frequent levels of the synthetic rows are shown, so lines need "
        "not add up to 100."
    ),
    "relations.moves": "From {column} to the next: {side}",
    "relations.from": "From",
    "relations.pairs.title": "Ties that changed most",
    "relations.pairs.text": (
        "How strongly two columns depend on each other, as Cramér’s V: 0 is not at all, 1 is fully. Few people "
        "show more than there is."
    ),
    "relations.pairs": "The {shown} ties whose strength differs most from that of real people",
    "relations.pair": "Pair",
    "relations.said": "{table}: {what}",
    "relations.said.rows": "number of rows in {table}",
    "relations.said.first": "first day in {table}",
    "relations.method": (
        "What each number means, how it is computed, and its source: docs/relations.md of the program."
    ),
    "use.relations": "Histories of one person, in groups of people",
    "use.relations.text": (
        "Rows of one person belong together and keep their order. What was measured and what follows from the "
        "model stands in the section on people, their rows and time; single histories are nobody’s."
    ),
    "benefit.relations": "Histories over time, in groups of people",
}

_CONTEXT = {
    "unprotected.lead": (
        "A promise about one person leaves these things out. They are risks to weigh, not faults of this run."
    ),
    "unprotected.groups": "Groups",
    "unprotected.groups.text": (
        "Families, practices, hospitals and regions as groups are protected less the larger they are: for k protected "
        "units together, μ (the first line of what is promised) is k times as large. Take groups of {size} units, such "
        "as families of {size} if the unit is one person, each in the data as a whole or not at all. An attacker who "
        "wrongly accuses {accused} of {total} groups finds on average at most {found} of {total} (of single units "
        "{alone}), and judges at most {pairs} of 100 pairs of groups rightly (of single units {pairs_alone})."
    ),
    "unprotected.relatives": "Facts in the rows of others",
    "unprotected.relatives.text": (
        "A fact about one person can also stand in the rows of others, such as the income of a family or the education "
        "of a parent. The promise to a person covers only that person’s own rows; such a fact is covered like a group."
    ),
    "unprotected.population": "Truths about the population",
    "unprotected.population.text": (
        "If a treatment often follows a diagnosis, the release shows it, and one can guess it of anybody with that "
        "diagnosis, in the data or not."
    ),
    "unprotected.fact": "The fact of the release",
    "unprotected.fact.text": "That a release exists, when, and under which policy is visible to all.",
    "unprotected.human": "The human decision",
    "unprotected.human.text": (
        "Whoever reads the internal edition and then approves or rejects has used real data. That choice is outside ε. "
        "{looks}"
    ),
    "looks.none": "Before this release, the ledger notes nobody who opened an internal report about these people.",
    "looks.one": "Before this release, the ledger notes that an internal report about these people was opened once.",
    "looks.other": (
        "Before this release, the ledger notes that internal reports about these people were opened {n} times."
    ),
    "unprotected.id": "One id is one person",
    "unprotected.id.text": (
        "Ids in <b>{key}</b> are compared {normalise}. A person with two ids is protected as two people, and rows "
        "without an id are left out."
    ),
    "unprotected.timing": "Time and machine",
    "unprotected.timing.text": (
        "Somebody who can watch the machine at work may learn from run time, memory or logs. Those stay in the centre."
    ),
    "unprotected.arithmetic": "Arithmetic and randomness",
    "unprotected.arithmetic.text": (
        "The promise assumes that the program, the noise library and the operating system’s random numbers work as "
        "documented. The versions are in the section on provenance."
    ),
    "unprotected.audience": "Releases that this ledger does not know",
    "unprotected.audience.text": (
        "Data about the same people that were published elsewhere, or before this ledger began, are not in the total."
    ),
    "unprotected.statements": "Declared for this release",
    "unprotected.none": "No further step outside the guarantee was declared.",
    "comparison.none": (
        "No earlier release of this policy was found in this folder of reports: there is none to compare it with."
    ),
    "comparison.lead": "From the public editions of both releases.",
    "comparison.caption": "This release and the one before it",
    "comparison.what": "What",
    "comparison.before": "Before",
    "comparison.now": "This release",
    "comparison.release": "Release",
    "comparison.date": "Run on",
    "comparison.policy": "Policy",
    "comparison.mechanism": "Mechanism",
    "comparison.epsilon": "ε claimed",
    "comparison.columns": "Columns",
    "comparison.source_rows": "Rows of the source, with noise",
    "comparison.synthetic_rows": "Synthetic rows",
    "comparison.two_way": "Mean distance over tables of two columns",
    "comparison.paid": "{value} points, all pairs, charged",
    "comparison.free": "{value} points, measured pairs, against noisy answers",
    "comparison.not_measured": "not measured",
    "comparison.same_policy": "Both were made under the same policy.",
    "comparison.other_policy": "The policy was changed in between.",
    "comparison.added": "New columns: {columns}.",
    "comparison.removed": "Columns that are gone: {columns}.",
    "comparison.budget": (
        "Both draw on the budget of the same people; section 4 adds them up. Rows of the source differ by noise alone "
        "if the people did not change."
    ),
    "frames.lead": "Where to find the evidence. The judgement is not made here.",
    "frames.evidence": "Evidence in this report",
    "frames.not_stated": "not stated in the policy",
    "wp29.caption": "WP29 Opinion 05/2014: three criteria",
    "wp29.head": "Criterion",
    "wp29.singling": "Singling out",
    "wp29.singling.internal": (
        'No direct finding. The <a href="#ceiling">ceiling</a> limits telling who is in the data; on average at most '
        "{found} of {people} can be told, with {accused} outsider in {people} accused. Inside, matches of rare "
        'records were compared with held-out people (<a href="#attacks">attacks</a>).'
    ),
    "wp29.singling.public": (
        'No direct finding. The <a href="#ceiling">ceiling</a> limits telling who is in the data; on average at most '
        "{found} of {people} can be told, with {accused} outsider in {people} accused."
    ),
    "wp29.linking": "Linkability",
    "wp29.linking.text": (
        'Not tested. The <a href="#ceiling">ceiling</a> limits what linking can add because a person took part.'
    ),
    "wp29.linking.tested": (
        "No direct finding. Attacks that link the release with other data are run inside the centre (<a "
        'href="#attacks">attacks</a>). The <a href="#ceiling">ceiling</a> limits what linking can add because a person '
        "took part."
    ),
    "wp29.inference": "Inference",
    "wp29.inference.text": (
        "Not tested. What the release adds about one person because they took part is limited by the <a "
        'href="#ceiling">ceiling</a>; what is true of the population is <a href="#unprotected">not protected</a>.'
    ),
    "wp29.inference.tested": (
        "No direct finding. Attacks that infer an unknown trait are run inside the centre (<a "
        'href="#attacks">attacks</a>). What the release adds about one person because they took part is limited by the '
        '<a href="#ceiling">ceiling</a>; what is true of the population is <a href="#unprotected">not protected</a>.'
    ),
    "safes.caption": "Five Safes",
    "safes.head": "Dimension",
    "safes.projects": "Safe projects",
    "safes.projects.text": "Purpose: {purpose}. Impact assessment: {dpia}.",
    "safes.people": "Safe people",
    "safes.people.text": "Audience: {audience}.",
    "safes.settings": "Safe settings",
    "safes.settings.text": (
        "Nothing is assumed about the recipient’s setting: the promise holds wherever the data are used."
    ),
    "safes.data": "Safe data",
    "safes.data.text": (
        '<a href="#claim">What is promised</a>, <a href="#budget">budget</a>, and <a href="#unprotected">what is not '
        "protected</a>. Columns of the source not used: {dropped}."
    ),
    "safes.outputs": "Safe outputs",
    "safes.outputs.text": (
        "Results computed from the synthetic rows carry the same promise. It does not replace the centre’s own "
        "output rules."
    ),
    "gdpr.caption": "GDPR Art. 5(2): accountability for the principles of Art. 5(1)",
    "gdpr.head": "Principle",
    "gdpr.lawful": "Lawfulness (a)",
    "gdpr.lawful.text": "Controller: {controller}. Legal basis: {basis}.",
    "gdpr.purpose": "Purpose limitation (b)",
    "gdpr.purpose.text": "{purpose}",
    "gdpr.minimal": "Data minimisation (c)",
    "gdpr.minimal.text": (
        "Columns not used: {dropped}; at most {rows} rows of a person are used; {holdout} of people are kept out "
        "of training for tests."
    ),
    "gdpr.minimal.tables": (
        "Columns not used: {dropped}; of one person at most so many rows are counted: {bounds}; {holdout} of people "
        "are kept out of training for tests."
    ),
    "gdpr.accurate": "Accuracy (d)",
    "gdpr.accurate.text": (
        '<a href="#usefulness">What the data are good for</a>, that is, the accuracy of the synthetic data, with the '
        "noise beside each figure."
    ),
    "gdpr.storage": "Storage limitation (e)",
    "gdpr.storage.text": "A policy of this format names no storage period. The controller’s record of processing does.",
    "gdpr.secure": "Integrity and confidentiality (f)",
    "gdpr.secure.text": '<a href="#provenance">Where this release comes from</a>: code digest, versions, noise source.',
    "gdpr.accountable": "Accountability (2)",
    "gdpr.accountable.text": "Policy {digest}; ledger entry {sequence}; signatures at the end of the body.",
    "provenance.lead": "Enough to identify the run. Digests of all files are in manifest.json.",
    "provenance.release": "Release",
    "provenance.file": "Data, SHA-256",
    "provenance.file.text": "{path} {digest}",
    "provenance.date": "Date of the run",
    "provenance.policy": "Policy",
    "provenance.digest": "Policy digest",
    "provenance.population": "Population (ledger key)",
    "provenance.snapshot": "Snapshot",
    "provenance.ledger": "Ledger",
    "provenance.ledger.text": "entry {sequence}, head {head}",
    "provenance.mechanism": "Mechanism",
    "provenance.sampler": "Noise sampler",
    "provenance.code": "Code digest, whole program",
    "provenance.audited": "Code digest, audited part only",
    "provenance.versions": "Versions",
    "provenance.package": "Software",
    "provenance.version": "Version",
    "notes.caption": "For the steward: counts of real data. Counts below {minimum} are given as a range",
    "notes.what": "What",
    "notes.count": "Count",
    "notes.range": "{low} to {high}",
    "sign.lead": "The data-protection officer gives an opinion; the controller decides. Each signs for themselves.",
    "sign.confirm": "By signing I confirm that I",
    "sign.confirm.read": "have read the decision page and each point named on it,",
    "sign.confirm.attacks": "have read section 5, on attacks,",
    "sign.confirm.limits": "know the limits that the policy sets and where they come from,",
    "sign.confirm.unprotected": "have read what is not protected,",
    "sign.confirm.law": "have formed my own judgement; the program makes none about the law.",
    "sign.checker": "Output checker",
    "sign.checker.kind": "opinion",
    "sign.checker.choices": "no objection · objection",
    "sign.checker2": "Second output checker",
    "sign.checker2.kind": "opinion, blind to the first",
    "sign.checker2.choices": "no objection · objection",
    "sign.dpo": "Data-protection officer",
    "sign.dpo.kind": "opinion",
    "sign.dpo.choices": "in favour · in favour with conditions · against",
    "sign.officer": "Release officer",
    "sign.officer.kind": "decision for the controller",
    "sign.officer.choices": "release · release with conditions · do not release",
    "sign.name": "Name",
    "sign.date": "Date",
    "sign.signature": "Signature",
    "sign.conditions": "Conditions and reasons",
    "sign.identity": "This concerns release {release}, policy digest {digest}.",
    "sign.file": "SHA-256 of {path}: {digest}",
    "sign.valid.one": "An approval that is not used within {n} day expires.",
    "sign.valid.other": "An approval that is not used within {n} days expires.",
    "sign.named": "The policy names: {names}.",
    "sign.manifest": "Manifest digest",
    "sign.public": (
        "Decision: see signatures/ in the bundle. Signatures name the digest of manifest.json and are checked with "
        "<b>dpsynth verify</b>."
    ),
}

_APPENDIX = {
    "policy.lead": (
        "The policy exactly as it was used. Every bound and list names its source: doc (documentation), clinical, "
        "schema or assumed."
    ),
    "policy.label": "Policy file",
    "limits.lead": (
        "No regulator sets a number for ε or for an AUC. These limits are the centre’s, each with its source."
    ),
    "limits.table": "Limits of the verdict",
    "limits.name": "Limit",
    "limits.pass": "Pass up to",
    "limits.review": "Review up to",
    "limits.source": "Source",
    "limits.never": "never blocks",
    "columns.lead": (
        "Each column with its noisy answers and the synthetic rows, in percent of rows. Where the filled bar leaves "
        "the outline by more than the noise bar, the synthetic table is off."
    ),
    "column.levels.one": "{count} level",
    "column.levels.other": "{count} levels",
    "column.unit": "in {unit}",
    "column.source": "domain from {source}",
    "column.chart": "{column}: noisy and synthetic shares of each level, {difference} points apart",
    "column.caption": "{difference} points apart{noise}",
    "column.noise": "; noise sd {sd} in each level",
    "column.table": "Column {column}",
    "column.level": "Level",
    "column.noisy": "Noisy %",
    "column.sd": "Noise sd",
    "column.synthetic": "Synthetic %",
    "column.rest": "{n} further levels",
    "column.span": "{first} … {last}",
    "asked.lead": "Nothing else was asked. The cost follows from the table; cells are the most that were possible.",
    "asked.pairs": "Tables of two or more columns that were measured: {pairs}.",
    "asked.pair": "{first} with {second}",
    "asked.no_pairs": "No table of two columns was measured.",
    "asked.events": "Asked of the real data",
    "asked.purpose": "For",
    "asked.by": "{mechanism}: {purpose}",
    "asked.queries": "Tables",
    "asked.any": "any number",
    "asked.cells": "Cells at most",
    "asked.sensitivity": "Largest effect of one unit",
    "asked.sigma": "Noise sd, rows",
    "asked.range": "{least} to {most}",
    "asked.share": "Share of the release’s cost",
    "asked.sampled": "Sums over samples of people",
    "asked.steps": "Steps",
    "asked.rate": "Probability of a person",
    "asked.sampled.sigma": "Noise sd, lengths",
    "term.attack": "Attack",
    "term.attack.text": (
        "An attempt to learn from the release whether a person was in the data, or something about them."
    ),
    "term.auc": "AUC",
    "term.auc.text": (
        "Pairs judged rightly, as a share: how often an attack ranks a person in the data above an outsider. 0.5 is "
        "guessing, 1 is always."
    ),
    "term.budget": "Lifetime budget",
    "term.budget.text": (
        "What all releases about the same people may cost together. It is fixed when a ledger first hears of these "
        "people, and grows only if the data-protection officer and a release officer both sign; every later report "
        "says so."
    ),
    "term.ceiling": "Ceiling",
    "term.ceiling.text": (
        "The most that any attack on this release alone can reach on average. It follows from the noise, not from a "
        "test."
    ),
    "term.codes": "Code list",
    "term.codes.text": "The values that a column may have, as the policy lists them.",
    "term.control": "Control",
    "term.control.text": (
        "A test of the test: a built-in leak that must be found, or a case without a leak that must stay quiet."
    ),
    "term.delta": "δ (delta)",
    "term.delta.text": "A small allowance: the probability of any outcome may exceed the ε limit by at most δ.",
    "term.dp": "Differential privacy",
    "term.dp.text": (
        "A promise that the release looks almost the same whether or not one person’s rows are in the data."
    ),
    "term.epsilon": "ε (epsilon)",
    "term.epsilon.text": (
        "How much one person’s rows can change the odds of any outcome: by a factor of at most e to the power of ε. "
        "Smaller protects more."
    ),
    "term.holdout": "Held-out people",
    "term.holdout.text": "People of the source that were never trained on, to compare attacks with.",
    "term.ledger": "Ledger",
    "term.ledger.text": "The book of all charges to the lifetime budget. Entries are only added.",
    "term.level": "Level",
    "term.level.text": "One of the values that a column may have, or one bin of a range.",
    "term.marginal": "Table of columns",
    "term.marginal.text": (
        "How many rows there are for each value, or each combination of values, of one or more columns."
    ),
    "term.merged": "Merged levels",
    "term.merged.text": (
        "Levels that were counted as one in tables of several columns, so that fewer cells carry noise. Noisy counts "
        "decide which."
    ),
    "term.noise": "Noise, noise sd",
    "term.noise.text": (
        "Random numbers added on purpose. The standard deviation (sd) says how large: about 95 of 100 values lie "
        "within two of it."
    ),
    "term.practice": "Practice release",
    "term.practice.text": (
        "A release that the program makes inside, of held-out or made-up people, to prepare an attack before it judges "
        "anybody."
    ),
    "term.quasi": "Quasi-identifiers",
    "term.quasi.text": (
        "Columns that others may know of a person, and by which they might recognise somebody. The policy names them."
    ),
    "term.rho": "ρ (rho), μ (mu), zCDP",
    "term.rho.text": (
        "Other units of the same cost. ρ adds up over releases and belongs to zCDP (zero-concentrated differential "
        "privacy), μ to Gaussian differential privacy."
    ),
    "term.steward": "Steward",
    "term.steward.text": "Whoever holds the real data in the centre and runs the program.",
    "term.tvd": "Distance of two tables",
    "term.tvd.text": (
        "The share of rows that would have to move to another cell to make the tables equal (total variation distance)."
    ),
    "term.unit": "Protected unit",
    "term.unit.text": "What the promise is about: everything that one person contributed.",
}

SENTENCES = (
    _PAGE | _CODES | _DECISION | _FINDINGS | _CLAIM | _BUDGET | _ATTACKS | _USE | _RELATIONS | _CONTEXT | _APPENDIX
)
