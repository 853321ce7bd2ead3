// Runs axe-core over the page. What it finds wrong are faults; so is what it can't decide, but for contrasts on a drawn
// ground, which are measured here against every colour of that ground.

const done = arguments[0];
const OWN_GROUND = { '.hero': ['--hero-top', '--hero-bottom', '--hero-far', '--hero-near'] };
const TEXT_CONTRAST = 4.5;

const channels = (colour) => {
  const pencil = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
  pencil.fillStyle = colour;
  pencil.fillRect(0, 0, 1, 1);
  return [...pencil.getImageData(0, 0, 1, 1).data];
};
const luminance = (colour) => {
  const [r, g, b] = channels(colour).slice(0, 3).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
const grounds = (element) => {
  for (const [selector, names] of Object.entries(OWN_GROUND)) {
    const on = element.closest(selector);
    if (on) return names.map((name) => getComputedStyle(on).getPropertyValue(name).trim());
  }
  for (let at = element; at; at = at.parentElement) {
    const { backgroundColor, backgroundImage } = getComputedStyle(at);
    if (backgroundImage !== 'none') return [];
    const alpha = channels(backgroundColor)[3];
    if (alpha === 255) return [backgroundColor];
    if (alpha > 0) return [];
  }
  return [];
};
const isDecided = (id, element) => {
  // A single sign (+, −) is drawn, not read.
  if (id === 'label-content-name-mismatch') return [...(element?.textContent.trim() ?? '')].length === 1;
  if (id !== 'color-contrast' || !element) return false;
  const colour = getComputedStyle(element).color;
  const behind = grounds(element);
  return behind.length > 0 && behind.every((ground) => contrast(colour, ground) >= TEXT_CONTRAST);
};

const options = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] },
  resultTypes: ['violations', 'incomplete'],
  elementRef: true,
};
const fault = (result, prefix) => (node) => ({
  rule: `${prefix}${result.id}`,
  element: node.target.flat().join(' '),
  detail: `${result.help}: ${node.failureSummary.replace(/\s+/g, ' ')}`,
});
axe.run(document, options).then(
  ({ violations, incomplete }) => {
    const wrong = violations.flatMap((result) => result.nodes.map(fault(result, 'axe: ')));
    const open = incomplete.flatMap((result) =>
      result.nodes.filter((node) => !isDecided(result.id, node.element)).map(fault(result, 'axe can\'t tell: ')),
    );
    done([...wrong, ...open]);
  },
  (error) => done([{ rule: 'axe failed', element: 'page', detail: String(error) }]),
);
