/**
 * All that the same eyes can see of a map, divided into patches: one for each cell and room. It keeps:
 * (1) a patch holds those on a layer these eyes see, and nothing of it depends on anybody else;
 * (2) what a step changed of a patch is worked out once, and encoded once for all who are shown it;
 * (3) a step costs what it changed.
 */
import { type Before, slotNow } from "../before.ts";
import type { BodyTable } from "../bodies.ts";
import type { WorldEvent } from "../events.ts";
import type { WorldMap } from "../map.ts";
import type { Happened } from "../observers.ts";
import { nowhere } from "../perception.ts";
import { Encoder } from "./encoder.ts";
import { type News, Patch } from "./patch.ts";
import { PatchTable } from "./patch-table.ts";

export class Lens {
  readonly sees: number;
  readonly encoder: Encoder;
  /** Counts what was followed. */
  step = 0;
  /** The last step that changed anything these eyes may be shown. */
  changedStep = 0;
  /** How many look through it. */
  viewers = 0;
  readonly #map: WorldMap;
  readonly #bodies: BodyTable;
  readonly #rooms: number;
  readonly #patches = new Map<number, Patch>();
  readonly #table = new PatchTable();
  /** By slot: the patch its body is in, undefined or null where these eyes do not see it. */
  readonly #patchOf: (Patch | null | undefined)[] = [];
  /** Patches that somebody left or came into in this step. */
  readonly #unsettled: Patch[] = [];

  constructor(map: WorldMap, bodies: BodyTable, sees: number) {
    this.#map = map;
    this.#bodies = bodies;
    this.#rooms = map.rooms.length + 1;
    this.sees = sees;
    this.encoder = new Encoder(bodies, this.#table);
    this.#gather();
  }

  patchAt(cell: number, room: number): Patch {
    const key = cell * this.#rooms + room;
    let patch = this.#patches.get(key);
    if (patch === undefined) {
      patch = new Patch(this.#table.add(), cell, this.#bodies.cellColumns, room);
      this.#patches.set(key, patch);
      this.encoder.add(patch);
    }
    return patch;
  }

  /** Whether these eyes can see the body in a slot at all, were they near enough. */
  shows(slot: number): boolean {
    return this.#patchOf[slot] != null;
  }

  /** Takes in what a step changed. */
  follow({ events, touched }: Happened): void {
    this.step++;
    this.encoder.begin(this.step);
    if (touched.length > 0) this.changedStep = this.step;
    for (const before of touched) if (!this.#staysPut(before)) this.#trace(before);
    this.#settle();
    for (const event of events) if (isAlteration(event)) this.#alter(event.body);
  }

  /** All who are there when somebody first looks. */
  #gather(): void {
    const bodies = this.#bodies;
    const slots: number[] = [];
    for (let slot = 0; slot < bodies.end; slot++) if (bodies.has(slot) && this.#sees(bodies.layersOf(slot))) slots.push(slot);
    slots.sort((a, b) => bodies.id[a]! - bodies.id[b]!);
    const members = new Map<Patch, number[]>();
    for (const slot of slots) {
      const tile = bodies.tile[slot]!;
      const patch = this.patchAt(bodies.cellOf(tile), this.#map.roomOf[tile]!);
      const own = members.get(patch);
      if (own) own.push(slot);
      else members.set(patch, [slot]);
      this.#patchOf[slot] = patch;
    }
    for (const [patch, own] of members) this.#table.setMembers(patch.number, own);
  }

  /** Makes the members of patches those who have stayed and come: of all of them before, who goes from one to another is in both. */
  #settle(): void {
    const before = this.#unsettled.map((patch) => this.#table.members(patch.number));
    this.#unsettled.forEach((patch, i) => {
      patch.settle(before[i]!, this.#bodies.id);
      this.#table.setMembers(patch.number, before[i]!);
      for (const { slot } of patch.news.came) this.#patchOf[slot] = patch;
    });
    this.#unsettled.length = 0;
  }

  /** Whether a body is where it was, as far as patches go: that it may have moved there its motion tells. */
  #staysPut({ slot, id, tile, layerOn }: Before): boolean {
    const bodies = this.#bodies;
    return slot !== -1 && bodies.tile[slot] === tile && bodies.id[slot] === id && bodies.layersOf(slot) === layerOn;
  }

  #trace(before: Before): void {
    const bodies = this.#bodies;
    const slot = slotNow(bodies, before);
    const stays = slot !== -1 && slot === before.slot;
    const from =
      before.tile === nowhere ? null : stays ? (this.#patchOf[slot] ?? null) : this.#patchSeen(before.tile, before.layerOn, null);
    const to = slot === -1 ? null : this.#patchSeen(bodies.tile[slot]!, bodies.layersOf(slot), from);
    if (stays && from === to) return;
    const place = from === null ? -1 : this.#table.members(from.number).indexOf(before.slot);
    if (from !== null) {
      this.#unsettle(from).gone.push(place);
      this.#patchOf[before.slot] = null;
    }
    if (to === null) return;
    const news = this.#unsettle(to);
    const refers = stays && from !== null && to.isBeside(from);
    if (refers && !news.sources.includes(from)) news.sources.push(from);
    news.came.push({ id: before.id, slot, from: refers ? from : null, place });
  }

  #unsettle(patch: Patch): News {
    const news = this.#noting(patch);
    if (news.gone.length + news.came.length === 0) this.#unsettled.push(patch);
    return news;
  }

  #alter(body: number): void {
    const slot = this.#bodies.slotOf(body);
    if (slot === -1) return;
    this.changedStep = this.step;
    this.encoder.alters(slot);
    const patch = this.#patchOf[slot];
    if (patch != null) this.#noting(patch).altered = true;
  }

  /** What there is to tell of this step of a patch besides moves, to be added to. */
  #noting(patch: Patch): News {
    const { newsStep } = this.#table;
    if (newsStep[patch.number] !== this.step) patch.news = { gone: [], came: [], sources: [], altered: false };
    newsStep[patch.number] = this.step;
    return patch.news;
  }

  #sees(layers: number): boolean {
    return (layers & this.sees) !== 0;
  }

  /** Where a body on these layers is seen, standing on a tile; `near`: a patch that it may well be. */
  #patchSeen(tile: number, layers: number, near: Patch | null): Patch | null {
    if (!this.#sees(layers)) return null;
    const cell = this.#bodies.cellOf(tile);
    const room = this.#map.roomOf[tile]!;
    return near !== null && near.cell === cell && near.room === room ? near : this.patchAt(cell, room);
  }
}

/** Who left and came back within one step may look otherwise, too. */
function isAlteration(event: WorldEvent): event is WorldEvent & { readonly kind: "changed" | "entered" } {
  return event.kind === "changed" || event.kind === "entered";
}
