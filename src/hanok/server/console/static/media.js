// Pictures, sounds and files: dropped, pasted, chosen or recorded; shown; sent as base64.

import { h, size, t } from "./dom.js";
import { wireDrop } from "./drop.js";

const held = new WeakMap(); // place → {blob, name}

/** Make a place for media take files. */
export function wireMedia(place) {
  const input = place.querySelector("input[type=file]");
  const drop = place.querySelector(".drop");
  input.addEventListener("change", () => input.files[0] && hold(place, input.files[0]));
  wireDrop(drop, (files) => hold(place, files[0]));
  place.addEventListener("paste", (event) => event.clipboardData.files[0] && hold(place, event.clipboardData.files[0]));
  drop.tabIndex = 0;
  drop.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), input.click()));
  place.querySelector("[data-record]")?.addEventListener("click", (event) => record(place, event.currentTarget));
}

/** What a place holds, in base64, or null. */
export async function readMedia(place) {
  const one = held.get(place);
  return one ? base64(one.blob) : null;
}

/** Show what was given in base64, or nothing. */
export function showMedia(place, value) {
  if (value === null) {
    held.delete(place);
    place.querySelector("[data-preview]").hidden = true;
  } else hold(place, new File([bytes(value)], t("example", { n: 1 }), { type: concrete(place.dataset.accept, value) }));
}

function hold(place, file) {
  held.set(place, { blob: file, name: file.name });
  const preview = place.querySelector("[data-preview]");
  preview.hidden = false;
  preview.replaceChildren(player(place.dataset.media, file, file.name),
    h("span", { class: "quiet small" }, `${file.name} · ${size(file.size)}`),
    h("button", { type: "button", class: "link small", onclick: () => (showMedia(place, null), changed(place)) }, t("remove")));
  changed(place);
}

function changed(place) {
  place.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A picture, a player, or a link to save it. */
export function player(kind, blob, name) {
  const address = URL.createObjectURL(blob);
  if (kind === "image") return h("img", { src: address, alt: name });
  if (kind === "audio") return h("audio", { controls: true, src: address, "aria-label": name });
  return h("a", { href: address, download: name, class: "button small" }, t("save"));
}

/** Base64 as a Blob of a media type such as "audio/wav" or "image/*". */
export function media(value, type) {
  const content = bytes(value);
  if (type === "audio/wav") mendWav(content);
  return new Blob([content], { type: concrete(type, value) });
}

function bytes(value) {
  return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
}

function concrete(type, value) {
  if (!type.includes("*")) return type;
  const start = atob(value.slice(0, 16));
  const known = [["\x89PNG", "image/png"], ["\xff\xd8\xff", "image/jpeg"], ["GIF8", "image/gif"], ["RIFF", type.startsWith("audio") ? "audio/wav" : "image/webp"]];
  return known.find(([signature]) => start.startsWith(signature))?.[1] ?? "application/octet-stream";
}

/** A streamed WAV does not know its length; players like to. */
function mendWav(content) {
  const view = new DataView(content.buffer);
  if (content.length < 44 || view.getUint32(40, true) <= content.length - 44) return;
  view.setUint32(4, content.length - 8, true);
  view.setUint32(40, content.length - 44, true);
}

/** A Blob in base64. */
export function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

// -- recording -------------------------------------------------------------------------------------------------------

async function record(place, button) {
  if (button.recorder) return button.recorder.stop();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    place.querySelector("[data-preview]").hidden = false;
    place.querySelector("[data-preview]").replaceChildren(h("span", { class: "wrong", role: "alert" }, t("no_microphone")));
    return undefined;
  }
  const recorder = new MediaRecorder(stream);
  const parts = [];
  const label = button.querySelector("span");
  const before = label.textContent;
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = async () => {
    for (const track of stream.getTracks()) track.stop();
    button.recorder = null;
    button.setAttribute("aria-pressed", "false");
    label.textContent = before;
    hold(place, await wav(new Blob(parts)));
  };
  button.recorder = recorder;
  button.setAttribute("aria-pressed", "true");
  label.textContent = t("stop");
  recorder.start();
  return undefined;
}

/** A recording as 16-bit mono WAV: every system that takes sound reads that. */
async function wav(blob) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  await context.close();
  const samples = sound.getChannelData(0);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  [[16, 16], [24, sound.sampleRate], [28, 2 * sound.sampleRate], [40, 2 * samples.length]].forEach(([at, value]) => view.setUint32(at, value, true));
  [[20, 1], [22, 1], [32, 2], [34, 16]].forEach(([at, value]) => view.setUint16(at, value, true));
  text(36, "data");
  samples.forEach((sample, i) => view.setInt16(44 + 2 * i, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new File([view.buffer], t("recording"), { type: "audio/wav" });
}
