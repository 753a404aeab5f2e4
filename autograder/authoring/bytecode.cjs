/* Starts Python as a page does, and lets it compile what it has imported: `node bytecode.cjs FOLDER PROGRAM RESULT`.

   FOLDER: the files of a page. PROGRAM: compiling.py. RESULT: the zip to write. Without the columns that a traceback
   marks, bytecode is a fifth smaller. */
const fs = require("fs");
const path = require("path");

async function main(folder, program, result) {
  const { loadPyodide } = require(path.join(folder, "pyodide.js"));
  const python = await loadPyodide({ indexURL: folder + path.sep, args: ["-X", "no_debug_ranges"],
    env: { HOME: "/home", PYTHONHASHSEED: "0" } });
  await python.loadPackage("numpy", { messageCallback() {}, errorCallback(text) { throw new Error(text); } });
  python.unpackArchive(new Uint8Array(fs.readFileSync(path.join(folder, "course.zip"))), "zip",
    { extractDir: "/course" });
  python.runPython("import sys; sys.path.insert(0, '/course')");
  python.runPython(fs.readFileSync(program, "utf8"));
  const page = python.pyimport("autograder.desk.page");
  fs.writeFileSync(result, python.globals.get("bytecode")(page).toJs());
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(String(error?.message ?? error).trim());
  process.exit(1);
});
