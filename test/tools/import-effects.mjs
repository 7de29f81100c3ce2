/**
 * Imports modules one by one and prints, as JSON, what that did to the process besides: nothing, for a module without side
 * effects. `node import-effects.mjs <file>…`; files that end in `.cjs` are required.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";

const effects = new Set();
let current = "";
const note = (what) => effects.add(`${path.basename(current)}: ${what}`);
const here = import.meta.url;

// Node itself reads variables and files to load a module.
function isOfNode() {
  const frames = new Error().stack.split("\n").slice(1);
  return frames.find((frame) => !frame.includes(here))?.includes("node:") ?? true;
}

const { env } = process;
process.env = new Proxy(env, {
  get: (target, name) => {
    if (!isOfNode()) note(`reads the environment variable ${String(name)}`);
    return target[name];
  },
  has: (target, name) => {
    if (!isOfNode()) note(`reads the environment variable ${String(name)}`);
    return name in target;
  },
});

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectNoted(...args) {
  note("opens a connection");
  return connect.apply(this, args);
};

for (const name of ["readFileSync", "readFile", "writeFileSync", "writeFile", "mkdirSync", "openSync", "open"]) {
  const original = fs[name];
  fs[name] = (file, ...args) => {
    if (!isOfNode()) note(`opens ${String(file)}`);
    return original(file, ...args);
  };
}

for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
  const original = globalThis[name];
  globalThis[name] = (...args) => {
    if (!isOfNode()) note(`calls ${name}`);
    return original(...args);
  };
}

const builtIns = { globalThis, Object, Array, String, Promise, Error, Function, Map, Set, RegExp, Date, Symbol, JSON };

/** Everything that a module could leave behind. */
function state() {
  const names = Object.entries(builtIns).flatMap(([name, value]) =>
    namesOf(name, value).concat(namesOf(`${name}.prototype`, value.prototype)),
  );
  const listeners = process
    .eventNames()
    .map((event) => `listeners: ${process.listenerCount(event)} of ${String(event)}`);
  // Pipes and terminals are how this program prints, requests to the file system how it loads.
  const resources = process.getActiveResourcesInfo().filter((name) => !/^(?:PipeWrap|TTYWrap|FSReq\w+)$/.test(name));
  return [...names, ...listeners, ...resources.map((name) => `active: ${name}`)];
}

function namesOf(name, value) {
  return value === undefined ? [] : Reflect.ownKeys(value).map((key) => `${name}.${String(key)}`);
}

// What Node makes at the first use of what it offers to everybody is no doing of a module.
new Response(new Headers().get("x"));

const require = createRequire(import.meta.url);
const { fetch, setTimeout, setInterval, setImmediate, queueMicrotask } = globalThis;
const originals = { fetch, setTimeout, setInterval, setImmediate, queueMicrotask };

for (const file of process.argv.slice(2)) {
  current = path.resolve(file);
  const before = state();
  if (file.endsWith(".cjs")) require(current);
  else await import(pathToFileURL(current).href);
  const left = [...before];
  for (const one of state()) {
    const at = left.indexOf(one);
    if (at === -1) note(`leaves ${one}`);
    else left.splice(at, 1);
  }
  for (const [name, original] of Object.entries(originals)) if (globalThis[name] !== original) note(`replaces ${name}`);
}

console.log(JSON.stringify([...effects]));
