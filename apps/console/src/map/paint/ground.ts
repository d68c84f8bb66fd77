import { cssColour, materials, type Material } from "../palette.ts";
import { box, type Cell, chance, line, oval, same, shade, variedBase } from "./brush.ts";

/** What makes each kind of ground recognisable beyond its colour. */
const textures: Partial<Record<Material, (cell: Cell) => void>> = { water, sand, earth, grass, path, stone, wood, floor, carpet };

/** Ground that no mason laid: its edges are round, and no tile of it stands out. */
const natural: ReadonlySet<Material> = new Set(["water", "sand", "earth", "grass"]);

export function paintGround(cell: Cell): void {
  const { ctx, x, y, size } = cell;
  ctx.fillStyle = variedBase(cell, natural.has(cell.material) ? 0.05 : 0.16);
  ctx.fillRect(x, y, size, size);
  if (size < 6) return;
  textures[cell.material]?.(cell);
  spill(cell);
}

function water(cell: Cell): void {
  const { light, dark } = shade(cell);
  for (let i = 0; i < 2; i += 1) {
    if (chance(cell, i) > 0.42) continue;
    const x = 0.1 + chance(cell, i + 4) * 0.45;
    const y = 0.2 + i * 0.4 + chance(cell, i + 8) * 0.2;
    const tone = chance(cell, i + 12) < 0.7 ? light : dark;
    cell.ctx.globalAlpha *= 0.55;
    line(cell, tone, 0.035, [
      [x, y],
      [x + 0.09, y - 0.045],
      [x + 0.18, y],
      [x + 0.27, y - 0.045],
      [x + 0.36, y],
    ]);
    cell.ctx.globalAlpha /= 0.55;
  }
}

function dots(cell: Cell, fill: string, count: number, radius: number): void {
  for (let i = 0; i < count; i += 1) oval(cell, fill, chance(cell, i * 2 + 1), chance(cell, i * 2 + 2), radius, radius * 0.8);
}

function sand(cell: Cell): void {
  dots(cell, shade(cell).dark, 3, 0.022);
}

function earth(cell: Cell): void {
  dots(cell, shade(cell).dark, 3, 0.035);
  dots({ ...cell, seed: cell.seed ^ 77 }, shade(cell).light, 2, 0.03);
}

function grass(cell: Cell): void {
  const { dark, light } = shade(cell);
  for (let i = 0; i < 3; i += 1) {
    if (chance(cell, i + 20) > 0.55) continue;
    const x = 0.12 + chance(cell, i + 1) * 0.76;
    const y = 0.22 + chance(cell, i + 5) * 0.66;
    line(cell, i === 0 ? light : dark, 0.03, [
      [x - 0.05, y - 0.1],
      [x, y],
      [x + 0.045, y - 0.12],
    ]);
  }
  if (chance(cell, 30) < 0.035)
    oval(cell, chance(cell, 31) < 0.5 ? "#f3e9c6" : "#e7b8b0", chance(cell, 32), chance(cell, 33), 0.045, 0.045);
}

function path(cell: Cell): void {
  const { light, dark } = shade(cell);
  for (let row = 0; row < 3; row += 1) {
    const offset = row % 2 === 0 ? 0 : -0.25;
    for (let column = 0; column < 3; column += 1) {
      const tone = chance(cell, row * 3 + column);
      if (tone > 0.62) continue;
      cell.ctx.globalAlpha *= 0.5;
      const left = Math.max(0.02, offset + column * 0.5 + 0.03);
      const right = Math.min(0.98, offset + column * 0.5 + 0.47);
      if (right > left) box(cell, tone < 0.24 ? dark : light, left, row / 3 + 0.03, right - left, 1 / 3 - 0.06, 0.07);
      cell.ctx.globalAlpha /= 0.5;
    }
  }
}

function stone(cell: Cell): void {
  const { light, dark } = shade(cell);
  cell.ctx.globalAlpha *= 0.55;
  line(cell, dark, 0.03, [
    [0, 0.99],
    [0.99, 0.99],
    [0.99, 0],
  ]);
  line(cell, light, 0.03, [
    [0.04, 0.9],
    [0.04, 0.04],
    [0.9, 0.04],
  ]);
  if (chance(cell, 3) < 0.16) {
    const [x, y] = [0.15 + chance(cell, 5) * 0.5, 0.15 + chance(cell, 6) * 0.4];
    const lean = chance(cell, 7) - 0.5;
    line(cell, dark, 0.022, [
      [x, y],
      [x + 0.16 + lean * 0.2, y + 0.14],
      [x + 0.2 - lean * 0.3, y + 0.36],
    ]);
  }
  cell.ctx.globalAlpha /= 0.55;
}

function planks(cell: Cell, rows: number, strength: number): void {
  const { light, dark } = shade(cell);
  cell.ctx.globalAlpha *= strength;
  for (let row = 0; row < rows; row += 1) {
    const y = (row + 1) / rows;
    line(cell, dark, 0.03, [
      [0, y - 0.015],
      [1, y - 0.015],
    ]);
    const tone = chance(cell, row);
    if (tone < 0.35) box(cell, light, 0, row / rows + 0.02, 1, 1 / rows - 0.06);
    const joint = chance(cell, row + 9);
    if (joint < 0.45)
      line(cell, dark, 0.025, [
        [0.15 + joint * 1.5, row / rows + 0.03],
        [0.15 + joint * 1.5, y - 0.04],
      ]);
  }
  cell.ctx.globalAlpha /= strength;
}

function wood(cell: Cell): void {
  planks(cell, 3, 0.6);
}

function floor(cell: Cell): void {
  planks(cell, 2, 0.4);
}

function carpet(cell: Cell): void {
  const { light, dark } = shade(cell);
  for (const [dx, dy] of [
    [0, -1],
    [1, 0],
    [0, 1],
    [-1, 0],
  ] as const) {
    if (same(cell, dx, dy)) continue;
    const along = dx === 0;
    const at = (dx + dy < 0 ? 0.1 : 0.9) as number;
    line(
      cell,
      light,
      0.05,
      along
        ? [
            [0, at],
            [1, at],
          ]
        : [
            [at, 0],
            [at, 1],
          ],
    );
  }
  if (chance(cell, 2) < 0.5) oval(cell, dark, 0.5, 0.5, 0.06, 0.06);
}

/** Softer ground spills over this tile's edges in a line no ruler drew; water gets a rim of foam. */
function spill(cell: Cell): void {
  const mine = materials[cell.material].height;
  for (const [turn, [dx, dy]] of (
    [
      [0, -1],
      [1, 0],
      [0, 1],
      [-1, 0],
    ] as const
  ).entries()) {
    const other = cell.neighbour(dx, dy);
    if (other === null || other === cell.material || materials[other].raised) continue;
    if (cell.material === "water") rim(cell, turn, 0.2, "rgb(255 255 255 / 0.35)");
    if (materials[other].height > mine) rim(cell, turn, cell.material === "water" ? 0.11 : 0.09, cssColour(materials[other].base));
  }
  corners(cell, mine);
}

/** A wavy strip along one side: 0 north, 1 east, 2 south, 3 west. */
function rim(cell: Cell, turn: number, depth: number, fill: string): void {
  const { ctx, size } = cell;
  ctx.save();
  ctx.translate(cell.x + size / 2, cell.y + size / 2);
  ctx.rotate((turn * Math.PI) / 2);
  ctx.translate(-size / 2, -size / 2);
  ctx.scale(size, size);
  ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.moveTo(0, -0.01);
  ctx.lineTo(0, depth);
  const a = depth * (0.5 + chance(cell, turn + 40));
  const b = depth * (0.5 + chance(cell, turn + 50));
  ctx.bezierCurveTo(0.3, a * 1.4, 0.35, a * 0.6, 0.5, (a + b) / 2);
  ctx.bezierCurveTo(0.65, b * 1.4, 0.75, b * 0.6, 1, depth);
  ctx.lineTo(1, -0.01);
  ctx.fill();
  ctx.restore();
}

/** How far a round corner reaches along the tile's sides, in tiles. */
const cornerReach = 0.65;
const diagonals = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

function corners(cell: Cell, mine: number): void {
  for (const [dx, dy] of diagonals) {
    const other = cell.neighbour(dx, dy);
    if (other === null || materials[other].raised || materials[other].height <= mine) continue;
    if (natural.has(cell.material) && natural.has(other) && cell.neighbour(dx, 0) === other && cell.neighbour(0, dy) === other) {
      roundOff(cell, dx, dy, other);
    } else if (same(cell, dx, 0) && same(cell, 0, dy)) dab(cell, dx, dy, other);
  }
}

/** Where two kinds of open ground meet at a corner, the corner is worn round. */
function roundOff(cell: Cell, dx: number, dy: number, other: Material): void {
  const { ctx, size } = cell;
  const reach = cornerReach * size;
  const x = cell.x + (dx < 0 ? 0 : size);
  const y = cell.y + (dy < 0 ? 0 : size);
  ctx.fillStyle = cssColour(materials[other].base);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - dx * reach, y);
  ctx.quadraticCurveTo(x, y, x, y - dy * reach);
  ctx.fill();
}

/** Where only the diagonal neighbour spills, a small round corner keeps the line unbroken. */
function dab(cell: Cell, dx: number, dy: number, other: Material): void {
  const { ctx, size } = cell;
  ctx.save();
  ctx.beginPath();
  ctx.rect(cell.x, cell.y, size, size);
  ctx.clip();
  oval(cell, cssColour(materials[other].base), dx < 0 ? 0 : 1, dy < 0 ? 0 : 1, 0.11, 0.11);
  ctx.restore();
}
