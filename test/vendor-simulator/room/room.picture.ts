/** Side of the square picture in pixels. */
export const PICTURE_SIZE = 320;

export type Mouth = 0 | 1 | 2 | 3;

type Colour = readonly [red: number, green: number, blue: number];

const BACKDROP: Colour = [207, 220, 213];
const SKIN: Colour = [243, 217, 194];
const HAIR: Colour = [92, 58, 38];
const COAT: Colour = [180, 86, 28];
const INK: Colour = [52, 40, 34];
const LIPS: Colour = [168, 72, 66];

const drawn = new Map<string, Uint8Array>();

/** The avatar's face as RGBA: drawn once for each mouth and blink, and never changed. */
export function face(mouth: Mouth, blinks: boolean): Uint8Array {
  const key = `${mouth}:${blinks}`;
  const known = drawn.get(key) ?? draw(mouth, blinks);
  drawn.set(key, known);
  return known;
}

/** The same picture, moved down by some rows: the avatar breathes. */
export function lowered(picture: Uint8Array, rows: number): Uint8Array {
  const moved = new Uint8Array(picture.length);
  const bytes = rows * PICTURE_SIZE * 4;
  moved.set(picture.subarray(0, bytes), 0);
  moved.set(picture.subarray(0, picture.length - bytes), bytes);
  return moved;
}

function draw(mouth: Mouth, blinks: boolean): Uint8Array {
  const picture = new Uint8Array(PICTURE_SIZE * PICTURE_SIZE * 4).fill(255);
  ellipse(picture, 160, 160, 400, 400, BACKDROP);
  ellipse(picture, 160, 150, 92, 108, HAIR);
  ellipse(picture, 160, 345, 128, 110, COAT);
  ellipse(picture, 160, 228, 28, 34, SKIN);
  ellipse(picture, 160, 160, 70, 84, SKIN);
  ellipse(picture, 160, 92, 74, 34, HAIR);
  for (const x of [132, 188]) {
    ellipse(picture, x, 154, 9, blinks ? 1.5 : 8, INK);
    ellipse(picture, x, 136, 13, 2, HAIR);
  }
  ellipse(picture, 160, 204, 20 - mouth * 2, 2.5 + mouth * 4, LIPS);
  return picture;
}

function ellipse(
  picture: Uint8Array,
  centreX: number,
  centreY: number,
  radiusX: number,
  radiusY: number,
  [red, green, blue]: Colour,
): void {
  const top = Math.max(0, Math.floor(centreY - radiusY));
  const bottom = Math.min(PICTURE_SIZE - 1, Math.ceil(centreY + radiusY));
  for (let y = top; y <= bottom; y += 1) {
    const share = 1 - ((y - centreY) / radiusY) ** 2;
    if (share < 0) continue;
    const half = radiusX * Math.sqrt(share);
    const right = Math.min(PICTURE_SIZE - 1, Math.floor(centreX + half));
    for (let x = Math.max(0, Math.ceil(centreX - half)); x <= right; x += 1) {
      picture.set([red, green, blue], (y * PICTURE_SIZE + x) * 4);
    }
  }
}
