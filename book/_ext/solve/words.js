/* What a reader is told when an answer could not be run. */
window.solve = window.solve || {};
(() => {
  "use strict";
  const { solve } = window;
  const FRESH = "A fresh Python starts with your next check.";

  /* Return what to call the place where time ran out: a cell, or the check of an exercise. */
  function placeName(place, exercise) {
    if (place.endsWith("-answer")) return `the cell of ${place.slice(0, -"-answer".length)}`;
    if (place === "changed") return "this code";
    return place.startsWith("cell-") ? "a given cell" : `a check of ${exercise}`;
  }

  /* Return the sentence for a run that ended with this error. */
  solve.whyNot = (error, exercise) => {
    const missing = /^missing: (.*)$/.exec(error.message);
    if (missing) {
      return `A file that Python needs here could not be loaded: ${missing[1]}. Your answer is kept. `
        + "Reload the page to try again, or solve the exercise in the notebook.";
    }
    if (!(error instanceof solve.Stopped)) {
      return `Python could not start in this browser (${solve.plain(error.message)}). Your answer is kept. `
        + "Reload the page to try again, or solve the exercise in the notebook.";
    }
    return {
      asked: `Stopped. ${FRESH}`,
      late: `This did not finish within ${solve.seconds} s: time ran out in ${placeName(error.place ?? "", exercise)}. `
        + `Does a loop never end? ${FRESH}`,
      slow: "Python did not start within 3 minutes. Your answer is kept. Check again, or use the notebook.",
      ended: `Your code ended Python itself (exit, or out of memory). ${FRESH}`,
    }[error.message];
  };

  solve.only = "This is feedback. Marks come from your notebook, when your instructor runs autograder grade.";
  solve.loading = {
    python: "Python is being loaded, once for this page: about 10 MB.",
    pictures: "What draws pictures, matplotlib, is being loaded, once for this page: about 8 MB.",
  };
})();
