// Measures what the page shows now, for a test that runs this in it. Answers a list of faults; where nothing is
// wrong it is empty. What each rule means is said in probe.rs.

const TARGET_PX = 48;
const INLINE_TARGET_PX = 24;
// Rounding of a fraction of a pixel.
const SLACK = 1;
const INTERACTIVE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [tabindex="0"]';
// A number on a tab's icon; what says something of a picture, or does something with it, and is drawn to be seen there.
const LIES_ON_PICTURE = '.dot, .over, .photo-cover, .film-length, .photo-step, .cover-grip, .cover-corner, .map-pin';

// A map goes on beyond its frame, and what is written on it lies on it: of its dialog only the page's width, the
// targets' size and the focus are measured here.
const IS_MAP = '.map-dialog';

const faults = [];
const dialogs = [...document.querySelectorAll('dialog:modal')];
const root = dialogs.at(-1) ?? document.body;

const words = (text) => text.trim().replace(/\s+/g, ' ').slice(0, 60);
const name = (e) => {
  const hook = e.dataset?.test ? `[data-test=${e.dataset.test}]` : e.id ? `#${e.id}` : e.classList.length ? `.${[...e.classList].join('.')}` : '';
  const text = e === document.documentElement ? '' : words(e.getAttribute('aria-label') ?? e.textContent ?? '');
  return `${e.localName}${hook}${text ? ` "${text}"` : ''}`;
};
const fault = (rule, element, detail) => faults.push({ rule, element: typeof element === 'string' ? element : name(element), detail });
const box = ({ left, top, right, bottom }) => ({ left, top, right, bottom });
const wide = (b) => b.right - b.left;
const high = (b) => b.bottom - b.top;
const both = (a, b) => ({
  left: Math.max(a.left, b.left),
  top: Math.max(a.top, b.top),
  right: Math.min(a.right, b.right),
  bottom: Math.min(a.bottom, b.bottom),
});
const union = (a, b) => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});
const px = (n) => Math.round(n * 10) / 10;
const where = (b) => `${px(b.left)},${px(b.top)} ${px(wide(b))}x${px(high(b))}`;

const styles = new Map();
const style = (e) => {
  if (!styles.has(e)) styles.set(e, getComputedStyle(e));
  return styles.get(e);
};
function* upwards(e) {
  for (let at = e; at && at !== root.parentElement; at = at.parentElement) yield at;
}
const isHeardOnly = (e) => style(e).clipPath === 'inset(50%)';
const seen = new Map();
const isSeen = (e) => {
  if (!seen.has(e)) seen.set(e, e.checkVisibility({ visibilityProperty: true }) && ![...upwards(e)].some(isHeardOnly));
  return seen.get(e);
};
// Bars that stay while the rest scrolls under them are a layer of their own.
const layer = (e) => [...upwards(e)].find((at) => ['sticky', 'fixed'].includes(style(at).position)) ?? root;
const clips = (value) => value === 'hidden' || value === 'clip';
const scrolls = (value) => value === 'auto' || value === 'scroll';

// What is left of a box once everything around the element has cut from it what it hides for good.
const cut = (e, b) => {
  let [x, y, left] = [true, true, b];
  for (const at of upwards(e)) {
    if (at === document.body || at === document.documentElement) break;
    const [overX, overY] = [style(at).overflowX, style(at).overflowY];
    const edge = box(at.getBoundingClientRect());
    if (x && clips(overX)) left = both(left, { ...left, left: edge.left, right: edge.right });
    if (y && clips(overY)) left = both(left, { ...left, top: edge.top, bottom: edge.bottom });
    if (scrolls(overX)) x = false;
    if (scrolls(overY)) y = false;
    if (style(at).position === 'fixed') break;
  }
  return left;
};

// Text, line by line. A line's box is as high as its letters: fonts claim more than a line's height.
const texts = [];
const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode;
  const parent = node.parentElement;
  if (!node.data.trim() || parent.closest(IS_MAP) || !isSeen(parent) || ['SCRIPT', 'STYLE', 'OPTION', 'TEXTAREA'].includes(parent.tagName)) continue;
  const range = document.createRange();
  range.selectNodeContents(node);
  const size = parseFloat(style(parent).fontSize);
  for (const line of range.getClientRects()) {
    if (line.width < 0.5 || line.height < 0.5) continue;
    const trim = Math.max(0, (line.height - size) / 2);
    texts.push({ node, e: parent, b: { ...box(line), top: line.top + trim, bottom: line.bottom - trim } });
  }
}

// A box for the thumb belongs to its label where the label is around it.
const targets = [...root.querySelectorAll(INTERACTIVE)].filter(isSeen).map((e) => {
  const label = e.closest('label');
  const own = box(e.getBoundingClientRect());
  return { e, owner: label ?? e, b: cut(e, label ? union(own, box(label.getBoundingClientRect())) : own) };
});

// 1. Nothing is wider than the window.
const page = document.documentElement;
if (page.scrollWidth > page.clientWidth) {
  const reach = (e) => e.getBoundingClientRect().right;
  const widest = [...document.body.querySelectorAll('*')].filter(isSeen).reduce((a, b) => (reach(b) > reach(a) ? b : a), document.body);
  fault('page wider than window', widest, `${page.scrollWidth} > ${page.clientWidth}`);
}

// 2. No text is cut off, and none runs out of the box that it stands in.
const isPainted = (e) => {
  const s = style(e);
  const alpha = /rgba\(.*[,/] *([\d.]+)\)/.exec(s.backgroundColor)?.[1] ?? '1';
  return parseFloat(alpha) > 0 || s.backgroundImage !== 'none' || ['Top', 'Right', 'Bottom', 'Left'].every((side) => parseFloat(s[`border${side}Width`]) > 0);
};
const told = new Set();
for (const { node, e, b } of texts) {
  const once = (rule, detail) => {
    const key = `${rule} ${words(node.data)}`;
    if (!told.has(key)) fault(rule, e, `"${words(node.data)}": ${detail}`);
    told.add(key);
  };
  if (b.left < -SLACK || b.right > innerWidth + SLACK) once('text outside the window', where(b));
  const left = cut(e, b);
  if (wide(b) - wide(left) > SLACK || high(b) - high(left) > SLACK) {
    // What is written out behind a link, or by a button that unfolds it, may be shortened.
    const unfolds = (at) => at.id && document.querySelector(`button[aria-expanded=false][aria-controls="${CSS.escape(at.id)}"]`);
    const isWhole = (at) => at.closest('a[href]') || [...upwards(at)].some(unfolds);
    const clamped = [...upwards(e)].some((at) => style(at).webkitLineClamp !== 'none' && isWhole(at));
    if (!clamped) once('text cut', `${where(b)} shows ${where(left)}`);
  }
  const around = [...upwards(e)].find((at) => at !== document.body && at !== page && style(at).display !== 'inline' && isPainted(at));
  if (around && !scrolls(style(around).overflowY)) {
    const inside = both(b, box(around.getBoundingClientRect()));
    const clamped = [...upwards(e)].some((at) => style(at).webkitLineClamp !== 'none');
    if (!clamped && (wide(b) - wide(inside) > SLACK || high(b) - high(inside) > SLACK)) {
      once('text out of its box', `${where(b)} in ${name(around)} ${where(box(around.getBoundingClientRect()))}`);
    }
  }
}
const pencil = document.createElement('canvas').getContext('2d');
for (const { e } of targets) {
  if (!e.placeholder || e.value) continue;
  const s = style(e);
  pencil.font = `${s.fontStyle} ${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
  const room = e.clientWidth - parseFloat(s.paddingLeft) - parseFloat(s.paddingRight);
  const needed = pencil.measureText(e.placeholder).width;
  if (e.localName === 'input' && needed > room + SLACK) fault('placeholder cut', e, `"${e.placeholder}" needs ${px(needed)} of ${px(room)}`);
}

// 3. What is pressed is as large as a thumb; a link within a sentence, as large as WCAG 2.2 wants it.
for (const { e, b } of targets) {
  const inText = e.localName === 'a' && style(e).display === 'inline';
  const least = inText ? INLINE_TARGET_PX : TARGET_PX;
  if (high(b) < least - SLACK / 2 || (!inText && wide(b) < least - SLACK / 2)) fault('target too small', e, `${where(b)}, wanted ${least}`);
}

// 4. Nothing overlaps.
const leaves = texts.map(({ node, e, b }) => ({ kind: 'text', e, owner: node, b: cut(e, b), say: `"${words(node.data)}"` }));
for (const { e, owner, b } of targets) {
  const s = style(e);
  // What is typed has a box's inside; a button may stand in its padding.
  const typed = ['INPUT', 'TEXTAREA'].includes(e.tagName) && owner === e;
  const inner = typed
    ? { left: b.left + parseFloat(s.paddingLeft), top: b.top, right: b.right - parseFloat(s.paddingRight), bottom: b.bottom }
    : b;
  leaves.push({ kind: 'target', e, owner, b: inner, say: name(e) });
}
for (const e of root.querySelectorAll('img, svg:not(.scene), progress, canvas, video, .scene .house')) {
  if (isSeen(e)) leaves.push({ kind: 'picture', e, owner: e, b: cut(e, box(e.getBoundingClientRect())), say: name(e) });
}
const around = (a, b) => a.owner.contains(b.owner) || a.owner.contains(b.e) || b.owner.contains(a.owner) || b.owner.contains(a.e);
for (const leaf of leaves) leaf.layer = layer(leaf.e);
for (let i = 0; i < leaves.length; i += 1) {
  for (let j = i + 1; j < leaves.length; j += 1) {
    const [a, b] = [leaves[i], leaves[j]];
    if (a.kind === 'picture' && b.kind !== 'text') continue;
    if (b.kind === 'picture' && a.kind !== 'text') continue;
    const common = both(a.b, b.b);
    if (wide(common) <= SLACK || high(common) <= SLACK || a.layer !== b.layer || around(a, b) || a.e.closest(IS_MAP)) continue;
    // Where nothing is painted, a target's room may reach over words that nobody presses.
    const room = [a, b].find((leaf) => leaf.kind === 'target' && leaf.owner === leaf.e && !isPainted(leaf.e));
    if (room && [a, b].some((leaf) => leaf.kind === 'text')) continue;
    const isPictured = (leaf) => leaf.kind === 'picture' || (leaf.kind === 'target' && leaf.e.querySelector('img, video, .film'));
    if ((isPictured(a) && b.e.closest(LIES_ON_PICTURE)) || (isPictured(b) && a.e.closest(LIES_ON_PICTURE))) continue;
    fault('overlap', a.say, `with ${b.say}: ${where(a.b)} and ${where(b.b)}`);
  }
}

// 5. The focus goes from top to bottom, and on a line from left to right.
for (const e of root.querySelectorAll('[tabindex]')) {
  if (e.tabIndex > 0) fault('tabindex above 0', e, `${e.tabIndex}`);
}
const before = new Map();
for (const target of targets) {
  const { e, b } = target;
  if (e.tabIndex < 0 || e.disabled) continue;
  const at = layer(e);
  const last = before.get(at);
  before.set(at, target);
  if (!last || last.owner.contains(e)) continue;
  const below = b.top >= last.b.bottom - SLACK;
  const beside = b.left >= last.b.right - SLACK && b.bottom > last.b.top;
  const within = last.b.left <= b.left + SLACK && last.b.right >= b.right - SLACK && last.b.top <= b.top + SLACK && last.b.bottom >= b.bottom - SLACK;
  if (!below && !beside && !within) fault('focus order', e, `${where(b)} comes after ${name(last.e)} ${where(last.b)}`);
}

// 6. Whatever takes the focus can be brought into view, and then nothing lies on it.
const scrollers = [page, ...root.querySelectorAll('*'), root].filter((e) => e.scrollHeight > e.clientHeight);
const places = scrollers.map((e) => e.scrollTop);
const inView = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
const check = ({ e, owner }) => {
  if (e.disabled) return;
  owner.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const b = both(box(e.localName === 'a' && style(e).display === 'inline' ? e.getClientRects()[0] : owner.getBoundingClientRect()), inView);
  const hit = document.elementFromPoint((b.left + b.right) / 2, (b.top + b.bottom) / 2);
  if (e.closest(IS_MAP) || hit?.closest(LIES_ON_PICTURE)) return;
  if (hit && (owner.contains(hit) || (hit.contains(owner) && hit !== document.body && hit !== page))) return;
  fault('covered', e, `${where(b)} by ${hit ? name(hit) : 'nothing'}`);
};
targets.forEach(check);
targets.toReversed().forEach(check);
scrollers.forEach((e, n) => e.scrollTo({ top: places[n], behavior: 'instant' }));

return faults;
