/** `0.8s`, `42s`, `2m 45s`, `1h 02m`: as short as a person still finds exact. */
export const formatDuration = (ms: number): string => {
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(tenths / 10);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
};

const twoDigits = (value: number): string => String(value).padStart(2, '0');
