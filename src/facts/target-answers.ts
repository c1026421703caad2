/** A feature gate that a program of the target does not take. */
export interface RefusedGate {
  /** `InTreePluginPortworxUnregister` */
  readonly name: string;
  /** As it is set: `true`, `false`. */
  readonly value: string;
  readonly where: string;
  /** What the program says: `unrecognized feature gate: InTreePluginPortworxUnregister`. */
  readonly says: string;
}

/** What a program of the target has against what it will be started with. */
export interface TargetAnswers {
  readonly flags: readonly string[];
  readonly gates: readonly RefusedGate[];
  /** Admission plug-ins that it does not have. */
  readonly plugins: readonly string[];
  /** What it says beside that. */
  readonly refused: readonly string[];
}

/**
 * The reason in a last line: `E1122 … "command failed" err="failed to set feature gates from initial flags-based config:
 * unrecognized feature gate: X"`, `Error: invalid argument …`. Source: component-base/cli/run.go; lab, 1.33.13 to 1.36.3.
 */
const reasonOf = (line: string): string =>
  (/ err="(.*)"$/.exec(line)?.[1] ?? line.replace(/^Error: /, ''))
    .replaceAll('\\"', '"')
    .replace(/^failed to (?:set feature gates from initial flags-based config|parse kubelet flag): /, '');

/** The lines of commands/ask-target.ts; undefined where one is none of ours. */
export const readAnswers = (lines: readonly string[]): TargetAnswers | undefined => {
  const flags = new Set<string>();
  const gates: RefusedGate[] = [];
  const plugins = new Set<string>();
  const refused: string[] = [];
  for (const line of lines) {
    const flag = /^flag (--\S+)$/.exec(line)?.[1];
    const [, where, name, value, text] = /^gate ([a-z]+) ([^=\s]+)=(\S*) (.*)$/.exec(line) ?? [];
    const plugin = /^plugin (\S+)$/.exec(line)?.[1];
    const said = /^refused (.*)$/.exec(line)?.[1];
    if (flag !== undefined) flags.add(flag);
    else if (where !== undefined && name !== undefined && value !== undefined && text !== undefined)
      gates.push({ name, value, where, says: reasonOf(text) });
    else if (plugin !== undefined) plugins.add(plugin);
    else if (said !== undefined) refused.push(reasonOf(said));
    else return undefined;
  }
  return { flags: [...flags], gates, plugins: [...plugins], refused };
};
