/* The editor of an exercise: CodeMirror with Python's colours, as `solve.makeEditor`. Built by `make browser`. */
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--gradient-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--parameter-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--loss-text)" },
  { tag: tags.comment, color: "var(--faint-text)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--data-text)" },
]);

const look = EditorView.theme({
  "&": { backgroundColor: "var(--pst-color-surface)", color: "var(--pst-color-text-base)", borderRadius: "8px" },
  "&.cm-focused": { outline: "3px solid var(--data)" },
  ".cm-scroller": { fontFamily: "var(--pst-font-family-monospace)", fontSize: "0.88rem", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--pst-color-text-base)", minHeight: "8rem" },
  ".cm-content:focus-visible": { outline: "none !important" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--pst-color-text-muted)", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--pst-color-text-base)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--data) 28%, transparent) !important" },
});

/* Tab indents; after Escape it moves on, until something else is typed. */
const leaving = EditorView.domEventHandlers({
  keydown(event, view) {
    if (event.key === "Escape") view.setTabFocusMode(true);
    else if (event.key !== "Tab" && event.key !== "Shift") view.setTabFocusMode(false);
    return false;
  },
  blur(event, view) { view.setTabFocusMode(false); },
});

window.solve.makeEditor = ({ label, describedby, text, change, submit }) => {
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        leaving, lineNumbers(), history(), drawSelection(), bracketMatching(), python(), indentUnit.of("    "),
        syntaxHighlighting(colours), look,
        keymap.of([
          { key: "Mod-Enter", run: () => { submit(); return true; } },
          { key: "Tab", run: indentMore, shift: indentLess },
          ...defaultKeymap, ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedby, spellcheck: "false" }),
        EditorView.updateListener.of((update) => update.docChanged && change(update.state.doc.toString())),
      ],
    }),
  });
  return {
    element: view.dom,
    set: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus: () => view.focus(),
  };
};
