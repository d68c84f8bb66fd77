import { useSignal } from "@preact/signals";
import { type CrossingInfo, ElsewhereError } from "@elsewhere/protocol";
import { decide } from "../state/crossings.ts";
import { type Choice, choicesIn } from "../state/decisions.ts";
import { isOver, leftText, meaningOf } from "../state/handover.ts";
import type { Answer } from "../state/opened.ts";
import { bytesText } from "../state/table.ts";
import { lineOf } from "../state/world.ts";
import { Action } from "./Action.tsx";
import { Confirm } from "./Confirm.tsx";
import { HandOver } from "./HandOver.tsx";

interface CardProps {
  readonly info: CrossingInfo;
}

/** One crossing: a picture of how far it is, what it waits for, and what an operator can decide. */
export function CrossingCard({ info }: CardProps) {
  const { name, host, direction, error, waitsFor, payloadBytes } = info;
  const title = `crossing-${info.attempt}`;
  const facts = [leftText(info), payloadBytes === null ? null : bytesText(payloadBytes), `epoch ${info.epoch}`].filter(Boolean);
  return (
    <article class="crossing" aria-labelledby={title} data-state={info.state} data-over={isOver(info)}>
      <h3 id={title}>
        {name} {direction === "out" ? `leaves for ${host}` : `comes from ${host}`}
      </h3>
      <HandOver info={info} />
      <p>{meaningOf(info)}</p>
      {waitsFor !== null && <p class="waits">Waits for: {waitsFor}</p>}
      {error !== null && (
        <p class="waits" data-tone="error">
          {lineOf(ElsewhereError.from(error))}
        </p>
      )}
      <p class="fine">
        {facts.join(" · ")} · <code title={info.attempt}>{info.attempt.slice(0, 8)}</code>
      </p>
      <Decisions info={info} />
    </article>
  );
}

function Decisions({ info }: CardProps) {
  const asking = useSignal<Choice | null>(null);
  const doing = useSignal(false);
  const answer = useSignal<Answer | null>(null);
  const choices = choicesIn(info);
  const take = async ({ decision, done }: Choice): Promise<void> => {
    asking.value = null;
    doing.value = true;
    try {
      await decide(info.attempt, decision);
      answer.value = { tone: "calm", text: done };
    } catch (error) {
      answer.value = { tone: "error", text: lineOf(error) };
    }
    doing.value = false;
  };
  if (choices.length === 0 && answer.value === null) return null;
  return (
    <>
      {choices.length > 0 && (
        <div class="row" role="group" aria-label={`What becomes of ${info.name}`}>
          {choices.map((choice) => (
            <Action
              key={choice.decision}
              tone={choice.decision === "admit" ? "primary" : "danger"}
              refused={doing.value ? "Wait for what was asked for before." : null}
              act={() => (choice.question === null ? void take(choice) : (asking.value = choice))}
            >
              {choice.question === null ? choice.title : `${choice.title}…`}
            </Action>
          ))}
        </div>
      )}
      {asking.value !== null && choices.length > 0 && (
        <Confirm
          question={asking.value.question!}
          yes={asking.value.title}
          no="Wait on"
          agree={() => void take(asking.value!)}
          cancel={() => (asking.value = null)}
        />
      )}
      <p class="answer" role="status" data-tone={answer.value?.tone ?? "calm"}>
        {doing.value ? "At it…" : answer.value?.text}
      </p>
    </>
  );
}
