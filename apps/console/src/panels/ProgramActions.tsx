import type { Signal } from "@preact/signals";
import type { ProgramDetail } from "@elsewhere/protocol";
import { lookFrom, viewpoint } from "../past/past.ts";
import { past } from "../past/shown.ts";
import { refusal, type Wish } from "../state/allowed.ts";
import { answer, command, doing } from "../state/opened.ts";
import { follow, followed, stopFollowing } from "../state/operator.ts";
import { Action } from "./Action.tsx";
import { Confirm } from "./Confirm.tsx";
import { OfferCrossing } from "./OfferCrossing.tsx";

interface ActionsProps {
  readonly detail: ProgramDetail;
  readonly asking: Signal<string | null>;
}

/** Why it cannot be asked for just now: its state, or another command that is under way. */
export const refusedNow = (kind: Wish, detail: ProgramDetail): string | null =>
  refusal(kind, detail) ?? (doing.value === null ? null : "Wait for what was asked for before.");

/** What is done without another question. */
const simple = [
  { kind: "suspend", title: "Suspend" },
  { kind: "resume", title: "Resume" },
  { kind: "upgrade", title: "Upgrade" },
] as const;

/** What an operator can have done with a program, and what came of it. */
export function ProgramActions({ detail, asking }: ActionsProps) {
  const { info } = detail;
  const who = `program:${info.program}`;
  const from = viewpoint.value;
  const back = past.value;
  const following = back === null ? followed.value?.program === info.program : from?.kind === "as" && from.who === who;
  const follows = (): void => {
    if (back === null) void follow(info);
    else lookFrom({ kind: "as", who, body: info.body, name: info.name });
  };
  const stops = (): void => (back === null ? stopFollowing() : lookFrom({ kind: "map", map: back.film.map || info.map || "" }));
  return (
    <div class="actions">
      <div class="row" role="group" aria-label={`What to do with ${info.name}`}>
        <Action
          id="follow"
          tone={following ? undefined : "primary"}
          refused={info.map === null && !following && back === null ? "It is in no map." : null}
          act={following ? stops : follows}
        >
          {following ? "Stop following" : "Follow"}
        </Action>
        {simple.map(({ kind, title }) => (
          <Action key={kind} id={kind} refused={refusedNow(kind, detail)} act={() => void command({ kind })}>
            {title}
          </Action>
        ))}
        <Action id="cross" refused={refusedNow("cross", detail)} act={() => (asking.value = "cross")}>
          Cross…
        </Action>
        <Action id="end" tone="danger" refused={refusedNow("end", detail)} act={() => (asking.value = "end")}>
          End…
        </Action>
      </div>
      {asking.value === "cross" && <OfferCrossing info={info} close={() => (asking.value = null)} />}
      {asking.value === "end" && (
        <Confirm
          question={`End ${info.name} for good? It runs no further turn, and nothing brings its heap back.`}
          yes="End it"
          no="Keep it"
          agree={() => {
            asking.value = null;
            void command({ kind: "end" });
          }}
          cancel={() => (asking.value = null)}
        />
      )}
      <p class="answer" role="status" data-tone={answer.value?.tone ?? "calm"} data-testid="answer">
        {doing.value === null ? answer.value?.text : "At it…"}
      </p>
    </div>
  );
}
