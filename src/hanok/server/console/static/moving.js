// A list whose entries glide to their new places, so that one sees what rose; at once where motion is not wanted.

const QUICK = 150; // milliseconds
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Replace the children of a list; who keeps its data-id moves, who is new appears, and the focus stays where it was. */
export function moving(list, children) {
  const before = new Map([...list.children].map((child) => [child.dataset.id, child.getBoundingClientRect()]));
  const held = [...list.children].findIndex((child) => child.contains(document.activeElement));
  const id = list.children[held]?.dataset.id;
  list.replaceChildren(...children);
  if (held >= 0) (children.find((child) => child.dataset.id === id) ?? children[Math.min(held, children.length - 1)])?.querySelector("button")?.focus({ preventScroll: true });
  if (still() || !before.size) return;
  for (const child of children) {
    const was = before.get(child.dataset.id), is = child.getBoundingClientRect();
    if (!was) child.animate([{ opacity: 0 }, {}], QUICK);
    else if (was.top !== is.top || was.left !== is.left) child.animate([{ transform: `translate(${was.left - is.left}px, ${was.top - is.top}px)` }, {}], { duration: QUICK, easing: "ease-out" });
  }
}
