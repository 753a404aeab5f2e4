/* The one worker of a page: started at the first job, ended by Stop, by its time, or when Python itself ends.

   It is sent sets of files: Python first, and what draws pictures with the first job that needs it. Over http its files are fetched; from a disk they are scripts that call `solve.packed(name, base64)`. What the
   worker says is a student's word: each message is checked for its form, and only text goes on from here. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const START_SECONDS = 180; // for a set of files
  const waiting = [];
  const packed = new Map();
  let worker = null, loaded = new Set(), loading = "", running = null, clock = 0, count = 0;

  class Stopped extends Error {}
  solve.Stopped = Stopped;
  solve.heap = 0;
  solve.seconds = 10; // for a job, from when Python begins with it

  /* Files */

  const root = () => new URL("../../", solve.place).href;
  const onDisk = () => location.protocol === "file:";

  solve.packed = (name, text) => packed.set(name, text);

  function script(address) {
    return new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = address;
      element.onload = resolve;
      element.onerror = () => reject(new Error(`missing: ${address.split("/").pop().split("?")[0]}`));
      document.head.append(element);
    }).finally(() => document.head.querySelector(`script[src="${CSS.escape(address)}"]`)?.remove());
  }
  solve.script = script;

  async function fromDisk({ name, version, under }) {
    await script(`${root()}${under}pack/${name}.js?${version}`);
    const text = packed.get(name);
    packed.delete(name);
    if (typeof text !== "string") throw new Error(`missing: ${name}`);
    const letters = atob(text), bytes = new Uint8Array(letters.length);
    // Uint8Array.from, which calls a function for each letter, takes a second for all of Python.
    for (let place = 0; place < bytes.length; place++) bytes[place] = letters.charCodeAt(place);
    return { name, bytes: bytes.buffer };
  }

  function files(list) {
    if (onDisk()) return Promise.all(list.map(fromDisk));
    return list.map(({ name, version, under }) => ({ name, address: `${root()}${under}engine/${name}.gz?${version}` }));
  }

  /* The worker's life */

  function patience(seconds) {
    clearTimeout(clock);
    clock = setTimeout(() => end(new Stopped(loading ? "slow" : "late")), seconds * 1000);
  }

  function end(error) {
    clearTimeout(clock);
    worker?.terminate();
    worker = null;
    loaded = new Set();
    loading = "";
    const job = running;
    running = null;
    if (job) job.reject(Object.assign(error, { place: job.place }));
    next();
  }

  function start() {
    const address = URL.createObjectURL(new Blob([`(${solve.worker})()`], { type: "text/javascript" }));
    const mine = worker = new Worker(address);
    URL.revokeObjectURL(address);
    mine.onmessage = ({ data }) => mine === worker && hear(data);
    mine.onerror = (event) => { event.preventDefault(); if (mine === worker) end(new Stopped("ended")); };
  }

  /* Send the worker a set of files. */
  async function load(name) {
    const mine = worker;
    loading = name;
    running.tell(name);
    patience(START_SECONDS);
    try {
      const list = await files(solve.fileSets[name]);
      if (mine === worker) mine.postMessage({ set: name, files: list }, list.map((file) => file.bytes).filter(Boolean));
    } catch (error) {
      if (mine === worker) end(error);
    }
  }

  function hear(message) {
    if (message === null || typeof message !== "object") return;
    if (loading) {
      if (message.ready === loading) go();
      else if (typeof message.ended === "string") end(new Error(message.ended));
    } else if (running && message.id === running.id) {
      if (typeof message.done === "string") finish(message);
      else if (typeof message.ended === "string") end(new Stopped("ended"));
      else if (typeof message.at === "string") running.place = message.at.slice(0, 100);
    }
  }

  /* Go on where a set has been loaded: with the next one that the job needs, or with the job. */
  function go() {
    loaded.add(loading);
    loading = "";
    prepare();
  }

  function finish({ done, heap }) {
    clearTimeout(clock);
    solve.heap = Number(heap) || 0;
    const job = running;
    running = null;
    job.resolve(done);
    next();
  }

  function prepare() {
    const missing = running.needs.find((name) => !loaded.has(name));
    if (missing) load(missing);
    else send();
  }

  function send() {
    running.tell("");
    patience(solve.seconds);
    worker.postMessage({ id: running.id, job: running.job });
  }

  function next() {
    if (running || !waiting.length) return;
    running = waiting.shift();
    if (!worker) start();
    prepare();
  }

  /* Return the worker's answer to a job, as text.

     owner: who may stop it. tell: called with the name of each set of files that is loaded first, and with "" when
     Python begins. A job may ask for pictures, which it gets where this copy of the book has what draws them. */
  solve.run = (owner, job, tell = () => {}) => new Promise((resolve, reject) => {
    const needs = job.pictures && solve.fileSets.pictures ? ["python", "pictures"] : ["python"];
    waiting.push({ id: ++count, owner, job, needs, tell, resolve, reject, place: "" });
    next();
  });

  solve.stop = (owner) => {
    for (const job of waiting.filter((job) => job.owner === owner)) {
      waiting.splice(waiting.indexOf(job), 1);
      job.reject(new Stopped("asked"));
    }
    if (running?.owner === owner) end(new Stopped("asked"));
  };
})();
