/** Whether kubectl drain says that a pod is gone; `evicting pod …` comes with each try. Source: kubectl, cmd/drain/drain.go. */
export const isEviction = (line: string): boolean => /^pod\/\S+ evicted$/.test(line);
