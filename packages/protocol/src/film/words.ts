/** The keys of records and keyframes, in an order that stays. */
export const knownKeys: readonly string[] = (
  "gone born numbered layered acted cooled doors away events version map width height tick bodies asleepTicksMax " +
  "id x y facing at asleepSince speed layerOn layerSees epoch lastN cold activity " +
  "who kind name description portable traits marks carried holds errand " +
  "n to path from end ticket plannedTick retries luggage tile " +
  "body how cause what text scope layers radius verb data thing place door open answer ok look error code message field limit entry"
).split(" ");

/** Their texts that are no names and nobody's speech, in an order that stays. */
export const knownTexts: readonly string[] = [
  "",
  ..."person program thing entered left changed heard emoted used did moved_thing found door reply".split(" "),
  ..."returned arrived withdrawn removed transferred traits posture carries say whisper shout take drop give".split(" "),
  ..."limit malformed unknown unreachable out_of_reach silent locked taken forbidden fenced away interrupted fault".split(" "),
];
