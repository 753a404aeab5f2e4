/* The one worker of a page: started at the first job, ended by Stop, by its time, or when Python itself ends.

   Over http its files are fetched; from a disk they are scripts that call `solve.packed(name, base64)`. What the
   worker says is a student's word: each message is checked for its form, and only text goes on from here. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const SECONDS = 10; // of silence, once a job runs
  const START_SECONDS = 180;
  const waiting = [];
  const packed = new Map();
  let worker = null, ready = false, running = null, clock = 0, count = 0;

  class Stopped extends Error {}
  solve.Stopped = Stopped;
  solve.heap = 0;
  solve.started = false;

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

  async function fromDisk({ name, version }) {
    await script(`${root()}pack/${name}.js?${version}`);
    const text = packed.get(name);
    packed.delete(name);
    if (typeof text !== "string") throw new Error(`missing: ${name}`);
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return { name, bytes: bytes.buffer };
  }

  function files(list) {
    if (onDisk()) return Promise.all(list.map(fromDisk));
    return list.map(({ name, version }) => ({ name, address: `${root()}engine/${name}.gz?${version}` }));
  }

  /* The worker's life */

  function patience(seconds) {
    clearTimeout(clock);
    clock = setTimeout(() => end(new Stopped(running?.job ? "late" : "slow")), seconds * 1000);
  }

  function end(error) {
    clearTimeout(clock);
    worker?.terminate();
    worker = null;
    ready = solve.started = false;
    const job = running;
    running = null;
    if (job) job.reject(Object.assign(error, { place: job.place }));
    next();
  }

  async function start() {
    const address = URL.createObjectURL(new Blob([`(${solve.worker})()`], { type: "text/javascript" }));
    const mine = worker = new Worker(address);
    URL.revokeObjectURL(address);
    mine.onmessage = ({ data }) => mine === worker && hear(data);
    mine.onerror = (event) => { event.preventDefault(); if (mine === worker) end(new Stopped("ended")); };
    patience(START_SECONDS);
    try {
      const list = await files(solve.engineFiles);
      if (mine === worker) mine.postMessage({ files: list }, list.map((file) => file.bytes).filter(Boolean));
    } catch (error) {
      if (mine === worker) end(error);
    }
  }

  function hear(message) {
    if (message === null || typeof message !== "object") return;
    if (message.ready === true && !ready) {
      ready = solve.started = true;
      send();
    } else if (!ready && typeof message.ended === "string") {
      end(new Error(message.ended));
    } else if (running && message.id === running.id) {
      if (typeof message.done === "string") finish(message);
      else if (typeof message.ended === "string") end(new Stopped("ended"));
      else if (typeof message.at === "string") step(message.at);
    }
  }

  function step(place) {
    running.place = place.slice(0, 100);
    patience(SECONDS);
  }

  function finish({ done, heap }) {
    clearTimeout(clock);
    solve.heap = Number(heap) || 0;
    const job = running;
    running = null;
    job.resolve(done);
    next();
  }

  function send() {
    if (!running) return;
    running.begun?.();
    patience(SECONDS);
    worker.postMessage({ id: running.id, job: running.job });
  }

  function next() {
    if (running || !waiting.length) return;
    running = waiting.shift();
    if (ready) send();
    else if (!worker) start();
  }

  /* Return the worker's answer to a job, as text. owner: who may stop it; begun: called when Python begins with it. */
  solve.run = (owner, job, begun) => new Promise((resolve, reject) => {
    waiting.push({ id: ++count, owner, job, begun, resolve, reject, place: "" });
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
