/**
 * Patterns of the shell, see glob(7).
 */

/** The pattern as a regular expression: fnmatch(3) with FNM_CASEFOLD, where `*` also stands for `/`. */
export function globPattern(glob: string): RegExp {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const letter = glob[i]!;
    const set = letter === "[" ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(i)) : null;
    if (set !== null) {
      source += `[${set[1] === "" ? "" : "^"}${set[2]!.replace(/[\\\[\]^]/g, "\\$&")}]`;
      i += set[0].length - 1;
    } else source += letter === "*" ? ".*" : letter === "?" ? "." : letter.replace(/[\\^$.|+()[\]{}\/]/, "\\$&");
  }
  return new RegExp(`^${source}$`, "is");
}
