/** Whether machines are restarted; `required`: where a package or a newer kernel asks for it. */
export const rebootModes = ['required', 'always', 'never'] as const;
