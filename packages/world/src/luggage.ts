import { awake, type BodyRow, type BodyTable, leanCold } from "./bodies.ts";
import type { Luggage } from "./inputs.ts";
import { centreX, centreY, sixteenths } from "./space.ts";
import type { Away } from "./state.ts";

/** Fields in one fixed order, whatever order they came in, so that equal states are stored as equal bytes. */
export function canonicalLuggage(luggage: Luggage): Luggage {
  const { id, who, kind, name, epoch, lastN, traits, marks, layerOn, layerSees, speed, description, portable, carried, holds, errand } =
    luggage;
  return {
    id,
    who,
    kind,
    name,
    epoch,
    lastN,
    traits,
    marks,
    layerOn: layerOn >>> 0,
    layerSees: layerSees >>> 0,
    speed: Math.min(speed, 0xffff),
    description,
    portable,
    carried: carried.map(canonicalLuggage),
    holds,
    errand: errand && { n: errand.n, to: errand.to },
  };
}

export function packLuggage(bodies: BodyTable, slot: number, errand: Luggage["errand"]): Luggage {
  const { who, kind, name, description, portable, traits, marks, carried, holds } = bodies.coldOf(slot);
  const id = bodies.id[slot]!;
  const epoch = bodies.epoch[slot]!;
  const lastN = bodies.lastN[slot]!;
  const layerOn = bodies.layerOn[slot]!;
  const layerSees = bodies.layerSees[slot]!;
  const speed = bodies.speed[slot]!;
  return { id, who, kind, name, epoch, lastN, traits, marks, layerOn, layerSees, speed, description, portable, carried, holds, errand };
}

/** A stored body as one that is away, to come back to where it stood. */
export function restingRow({ x, y, id, epoch, lastN, layerOn, layerSees, speed, cold }: BodyRow, width: number): Away {
  const tile = Math.floor(y / sixteenths) * width + Math.floor(x / sixteenths);
  return { luggage: canonicalLuggage({ ...cold, id, epoch, lastN, layerOn, layerSees, speed, errand: null }), tile };
}

/** The body that unpacks from luggage, awake on the centre of a tile and facing south. */
export function unpackLuggage(luggage: Luggage, tile: number, width: number): BodyRow {
  const { id, speed, layerOn, layerSees, epoch, lastN, ...rest } = canonicalLuggage(luggage);
  const { who, kind, name, description, portable, traits, marks, carried, holds } = rest;
  const cold = leanCold({ who, kind, name, description, portable, traits, marks, carried, holds });
  const x = centreX(tile, width);
  const y = centreY(tile, width);
  return { id, x, y, facing: 2, at: 0, asleepSince: awake, speed, layerOn, layerSees, epoch, lastN, cold, activity: null };
}
