/* The worker in which Python runs, as a function: a page opened from a disk can start a worker from text alone.

   It is sent sets of files, the first one before all else, and jobs one at a time. Nothing that it says is believed: engine.js checks each message. */
window.solve = window.solve || {};
window.solve.worker = function worker() {
  "use strict";
  const HOME = "https://python.invalid/"; // no request goes there: `fetch` below answers from memory
  const PAGES = 16384; // of 64 KiB: 1 GiB, so that a list that grows for ever ends in a MemoryError
  const post = self.postMessage.bind(self);
  let python = null;

  const memory = WebAssembly.Memory;
  WebAssembly.Memory = function limited(wanted) {
    return new memory({ ...wanted, maximum: Math.min(wanted.maximum ?? PAGES, PAGES) });
  };

  /* Return the bytes of a file that is sent packed, or lies packed at an address. */
  async function unpacked(file) {
    let packed = file.bytes;
    if (!packed) {
      const answer = await fetch(file.address).catch(() => null);
      if (!answer?.ok) throw new Error(`missing: ${file.name}`);
      packed = await answer.arrayBuffer();
    }
    try {
      const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
      return await new Response(stream).arrayBuffer();
    } catch {
      throw new Error(`missing: ${file.name}`);
    }
  }

  async function all(files) {
    const named = files.map(async (file) => [file.name, await unpacked(file)]);
    return new Map(await Promise.all(named));
  }

  /* Give Pyodide its files from memory while it starts. */
  async function withFiles(files, start) {
    const outside = self.fetch;
    self.fetch = (address, ...rest) => {
      const text = String(address.url ?? address);
      if (!text.startsWith(HOME)) return outside.call(self, address, ...rest);
      const bytes = files.get(text.slice(HOME.length));
      const type = text.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
      return Promise.resolve(bytes ? new Response(bytes, { headers: { "Content-Type": type } })
        : new Response("", { status: 404 }));
    };
    try {
      return await start();
    } finally {
      self.fetch = outside;
    }
  }

  const program = (bytes) => {
    const address = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
    importScripts(address);
    URL.revokeObjectURL(address);
  };

  const install = (files, name) => withFiles(files, () => python.loadPackage(name, {
    messageCallback() {}, errorCallback(text) { throw new Error(text); },
  }));

  const sets = {
    async python(files) {
      for (const name of ["pyodide.js", "pyodide.asm.js"]) program(files.get(name));
      await withFiles(files, async () => {
        python = await loadPyodide({ indexURL: HOME, lockFileURL: `${HOME}pyodide-lock.json`, env: { HOME: "/home" } });
      });
      await install(files, "numpy");
      python.unpackArchive(files.get("course.zip"), "zip", { extractDir: "/course" });
      python.runPython("import sys; sys.path.insert(0, '/course'); import autograder.desk.page");
    },
    async pictures(files) {
      await install(files, "matplotlib");
      python.pyimport("autograder.desk.drawing").start();
    },
  };

  async function work({ id, job }) {
    const answer = python.pyimport("autograder.desk.page").answer;
    const say = (text) => post({ id, at: text });
    const text = answer(JSON.stringify(job), say);
    answer.destroy();
    post({ id, heap: python._module.HEAPU8.length, done: text });
  }

  self.onmessage = async ({ data }) => {
    try {
      if (data.set) {
        await sets[data.set](await all(data.files));
        post({ ready: data.set });
      } else {
        await work(data);
      }
    } catch (error) {
      post({ id: data.id, ended: String(error?.message ?? error).slice(0, 500) });
    }
  };
};
