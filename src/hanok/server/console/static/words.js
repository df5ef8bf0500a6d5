// What a person says of the values of an answer: in their fields, and step by step, so that it can be taken back.

/** The words on some values.
 *
 * `inputs` are their fields by path; `before` is what was said of them earlier, which a later word corrects but does not unsay.
 */
export function words(values, inputs, before = {}) {
  const by = new Map(values.map((value) => [value.path, value]));
  const accepted = new Set(), passed = new Set(), steps = [], kept = new Map();
  const now = (path) => ({ text: inputs.get(path).value, accepted: accepted.has(path) });
  const put = (path, { text, accepted: sure }) => {
    inputs.get(path).value = text;
    if (sure) accepted.add(path);
    else accepted.delete(path);
  };
  const said = (path) => accepted.has(path) || inputs.get(path).value !== by.get(path).text;
  for (const [path, text] of Object.entries(before)) if (by.has(path)) put(path, { text, accepted: true });
  for (const path of by.keys()) kept.set(path, now(path));

  return {
    said,
    /** Whether a field still waits for a word. */
    open: ({ path }) => !said(path) && !passed.has(path),
    /** Whether a field holds something that is being typed. */
    typed: (path) => inputs.get(path).value !== kept.get(path).text,
    typing: (path) => accepted.delete(path),
    /** Say that a text is right; to leave one open is to say nothing. */
    say: (path, text) => (put(path, { text: text.trim(), accepted: true }), passed.delete(path)),
    pass: (path) => (put(path, { text: by.get(path).text, accepted: false }), passed.add(path)),
    /** Make a step of what a field says now, if that is new. */
    keep(path) {
      const last = kept.get(path), next = now(path);
      if (last.text === next.text && last.accepted === next.accepted) return;
      steps.push([path, last]);
      kept.set(path, next);
    },
    /** Take the last step back; its path, or undefined. */
    takeBack() {
      const [path, last] = steps.pop() ?? [];
      if (path === undefined) return undefined;
      put(path, last);
      kept.set(path, last);
      passed.delete(path);
      return path;
    },
    get steps() {
      return steps.length;
    },
    /** Texts by path. */
    all: () => Object.fromEntries(values.filter(({ path }) => said(path) || path in before).map(({ path }) => [path, inputs.get(path).value.trim()])),
  };
}
