// The same question as curl, Python and on the command line.

const LONG = 120; // characters of a value that a person reads

/** Keep the call beside the form up to date; returns a function that takes the item. */
export function wireCalls(root, about) {
  const code = root.querySelector("[data-call]");
  const tabs = [...root.querySelectorAll("[data-tongue]")];
  let tongue = "curl", item = {};
  const draw = () => (code.textContent = WRITE[tongue](about, item));
  const choose = (tab) => {
    tongue = tab.dataset.tongue;
    for (const one of tabs) {
      one.setAttribute("aria-selected", String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
    root.querySelector("[role=tabpanel]").setAttribute("aria-labelledby", tab.id);
    draw();
  };
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      choose(next);
      next.focus();
    });
  });
  return (changed) => {
    item = changed;
    draw();
  };
}

const WRITE = {
  curl: ({ system, version, keyed }, item) => `curl ${location.origin}/v1/systems/${system}/predict${version ? `?version=${version}` : ""} \\\n${keyed ? KEY : ""}  -H 'content-type: application/json' \\\n  -d ${quoted(JSON.stringify(short(item)))}`,
  python: ({ system, version }, item) => `import hanok\n\nmodel = hanok.load("${reference(system, version)}")\nprint(model(${python(short(item))}))`,
  cli: ({ system, version }, item) => `hanok predict ${reference(system, version)} ${quoted(JSON.stringify(short(item)))}`,
};

const KEY = `  -H "authorization: Bearer $HANOK_KEY" \\\n`;
const reference = (system, version) => (version ? `${system}@${version}` : system);
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Media and other long texts cut, so that the call stays readable. */
function short(value) {
  if (typeof value === "string") return value.length > LONG && !value.includes(" ") ? `${value.slice(0, 24)}…` : value;
  if (Array.isArray(value)) return value.map(short);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, short(one)]));
  return value;
}

function python(value) {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`).join(", ")}}`;
  return JSON.stringify(value);
}
