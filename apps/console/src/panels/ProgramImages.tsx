import type { Signal } from "@preact/signals";
import type { ProgramDetail, ProgramImage } from "@elsewhere/protocol";
import { command } from "../state/opened.ts";
import { bytesText, countText } from "../state/table.ts";
import { Action } from "./Action.tsx";
import { Confirm } from "./Confirm.tsx";
import { refusedNow } from "./ProgramActions.tsx";

interface ImagesProps {
  readonly detail: ProgramDetail;
  readonly asking: Signal<string | null>;
}

/** Its earlier heaps, and the way back to each. */
export function ProgramImages({ detail, asking }: ImagesProps) {
  return (
    <section class="images" aria-labelledby="images-title">
      <h3 id="images-title">Images</h3>
      {detail.images.length === 0 && <p class="empty">There is no image of it yet.</p>}
      <ul>
        {detail.images.map((image) => (
          <li key={image.hash}>
            <Line detail={detail} image={image} ask={() => (asking.value = image.hash)} />
            {asking.value === image.hash && <Question detail={detail} image={image} asking={asking} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  readonly detail: ProgramDetail;
  readonly image: ProgramImage;
  readonly ask: () => void;
}

function Line({ detail, image, ask }: LineProps) {
  return (
    <div class="image">
      <span class="who">
        After turn {countText(image.turn)}
        <span class="fine">
          {bytesText(image.bytes)} · <code>{image.hash.slice(0, 12)}</code>
        </span>
      </span>
      <Action refused={refusedNow("rewind", detail)} act={ask} label={`Rewind to after turn ${countText(image.turn)}…`}>
        Rewind…
      </Action>
    </div>
  );
}

interface QuestionProps extends ImagesProps {
  readonly image: ProgramImage;
}

function Question({ detail: { info }, image, asking }: QuestionProps) {
  return (
    <Confirm
      question={`Take ${info.name} back to after turn ${countText(image.turn)}? It forgets what it did since.`}
      yes="Rewind"
      no="Leave it"
      agree={() => {
        asking.value = null;
        void command({ kind: "rewind", hash: image.hash });
      }}
      cancel={() => (asking.value = null)}
    />
  );
}
