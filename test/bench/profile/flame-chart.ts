import { type CpuProfile, isOurs, LONGEST_SAMPLE_MICROS, placeOf } from './costs.js';

/** Frames with a smaller share of all processor time are left out: nobody could read them. */
const LEAST_SHARE = 0.004;

const WIDTH = 1_200;
const ROW = 17;
const HEAD = 26;
const CHARACTER = 6.6;

interface Frame {
  readonly name: string;
  readonly place: string;
  micros: number;
  readonly children: Map<string, Frame>;
}

/**
 * A profile as a picture (SVG): each frame as wide as its share of the processor time, above it what
 * it called. Calls of one function from the same place are one frame, the dearest first.
 * @param title says what was sampled
 */
export function flameChart(profile: CpuProfile, title: string): string {
  const root = framesOf(profile);
  const rows: string[] = [];
  const deepest = draw(root, { left: 0, depth: 0, all: root.micros }, rows);
  const height = HEAD + (deepest + 1) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="4" y="17" font-size="13">${escaped(title)}, ${Math.round(root.micros / 1000)} ms</text>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function framesOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const own = new Map<number, number>();
  for (const [index, sampled] of samples.entries()) {
    const micros = Math.min(timeDeltas[index] ?? 0, LONGEST_SAMPLE_MICROS);
    own.set(sampled, (own.get(sampled) ?? 0) + micros);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const called = new Set(nodes.flatMap(({ children = [] }) => children));
  const root: Frame = { name: 'all', place: '', micros: 0, children: new Map() };
  const visit = (id: number, into: Frame): number => {
    const node = byId.get(id);
    if (node === undefined) return 0;
    const place = placeOf(node);
    if (place === '(idle)') return 0;
    const name = node.callFrame.functionName || '(anonymous)';
    const isNobody = place === '(root)';
    const frame = isNobody ? into : childOf(into, name, place);
    let micros = own.get(id) ?? 0;
    for (const child of node.children ?? []) micros += visit(child, frame);
    if (!isNobody) frame.micros += micros;
    return micros;
  };
  for (const { id } of nodes) if (!called.has(id)) root.micros += visit(id, root);
  return root;
}

function childOf(parent: Frame, name: string, place: string): Frame {
  const key = `${name} ${place}`;
  const frame = parent.children.get(key) ?? { name, place, micros: 0, children: new Map() };
  parent.children.set(key, frame);
  return frame;
}

/** @returns the depth of the deepest frame that was drawn */
function draw(
  { children }: Frame,
  { left, depth, all }: { readonly left: number; readonly depth: number; readonly all: number },
  rows: string[],
): number {
  let at = left;
  let deepest = depth;
  for (const child of [...children.values()].toSorted((one, other) => other.micros - one.micros)) {
    const share = child.micros / all;
    if (share < LEAST_SHARE) continue;
    rows.push(rectangle(child, { at, depth, share }));
    deepest = Math.max(deepest, draw(child, { left: at, depth: depth + 1, all }, rows));
    at += share * WIDTH;
  }
  return deepest;
}

function rectangle(
  { name, place }: Frame,
  { at, depth, share }: { readonly at: number; readonly depth: number; readonly share: number },
): string {
  const width = share * WIDTH;
  const y = HEAD + depth * ROW;
  const words = `${name} ${place}`.trim();
  const room = Math.floor((width - 4) / CHARACTER);
  const label = room < 3 ? '' : escaped(words.slice(0, room));
  const told = escaped(`${words}: ${(share * 100).toFixed(1)} %`);
  return (
    `<g><title>${told}</title><rect x="${at.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colourOf(place)}"/>` +
    `<text x="${(at + 2).toFixed(1)}" y="${y + 12}">${label}</text></g>`
  );
}

/** Ours, the database's driver, Node itself, and everybody else's. */
function colourOf(place: string): string {
  if (isOurs(place)) return '#9cc9f5';
  if (['mongodb', 'mongoose', 'bson'].includes(place)) return '#f7c089';
  return place.startsWith('node:') || place.startsWith('(') ? '#dddddd' : '#b7dfb0';
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
