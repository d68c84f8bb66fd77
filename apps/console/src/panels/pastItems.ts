import type { Seen } from "@elsewhere/protocol";
import { kept } from "../past/following.ts";
import { keep, letGoOf, seeAs } from "../past/keeping.ts";
import { goToNext, viewpoint } from "../past/past.ts";
import { operatorToken } from "../state/operator.ts";

interface Item {
  readonly label: string;
  readonly choose: () => void;
}

/** What one can do about somebody in the past. */
export function pastItems({ id, name, kind }: Seen): readonly Item[] {
  const following = kept.value?.body === id;
  const follow = { label: following ? "Stop following" : "Follow", choose: () => (following ? letGoOf() : void keep(id, name)) };
  if (kind === "thing") return [follow];
  const from = viewpoint.value;
  const isSeer = from !== null && from.kind !== "map" && from.body === id;
  const see = { label: "See as they saw it", choose: () => void seeAs(id, name) };
  return [
    follow,
    ...(operatorToken.value === null || isSeer ? [] : [see]),
    { label: "The next time they speak", choose: () => goToNext("heard", name, false) },
    { label: "The last time they spoke", choose: () => goToNext("heard", name, true) },
    { label: "The next time they do something", choose: () => goToNext("did", name, false) },
  ];
}
