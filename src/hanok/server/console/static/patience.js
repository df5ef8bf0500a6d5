// What was said last is sent a little later, so that it can be taken back.

const PATIENCE = 6000; // milliseconds until it is sent

/** Keeps one thing back; `send` is given each in turn, at the latest when the page is left. */
export function patience(send) {
  let waiting = null;
  const take = () => {
    const found = waiting;
    clearTimeout(found?.timer);
    waiting = null;
    return found?.thing;
  };
  const flush = () => waiting && send(take());
  addEventListener("pagehide", flush);
  return {
    flush,
    /** Keep a thing back; what was kept before is sent. */
    put(thing) {
      flush();
      waiting = { thing, timer: setTimeout(flush, PATIENCE) };
    },
    /** The thing that was not sent yet, which is now nobody's; undefined where there is none. */
    take,
    get waits() {
      return waiting !== null;
    },
  };
}
