import { useEffect } from "preact/hooks";
import { opened } from "../state/opened.ts";
import { operatorError, operatorToken } from "../state/operator.ts";
import { keepAsking, refreshPrograms } from "../state/refresh.ts";
import { Figures } from "./Figures.tsx";
import { MoreRoom } from "./MoreRoom.tsx";
import { Overview } from "./Overview.tsx";
import { ProgramDetails } from "./ProgramDetails.tsx";
import { ProgramList } from "./ProgramList.tsx";

/** Rows stay where they are while somebody points at them or goes through them with the keyboard. */
const holdsOrder = (): boolean => document.querySelector(".table tbody:is(:hover, :focus-within)") !== null;

/** The operator's pane: how the host fares, and every program in it, or one of them from near by. */
export function Programs() {
  const { value } = opened;
  // Whatever is turned to is asked for at once.
  useEffect(() => keepAsking(() => refreshPrograms(holdsOrder)), [operatorToken.value, value?.program]);
  return (
    <div class="programs" data-testid="programs">
      <MoreRoom />
      {operatorError.value !== null && (
        <p class="note" data-tone="error" role="alert">
          {operatorError.value}
        </p>
      )}
      {value !== null && <ProgramDetails key={value.program} />}
      <div class="all" hidden={value !== null}>
        <Figures />
        <Overview />
        <ProgramList />
      </div>
    </div>
  );
}
