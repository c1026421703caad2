/** Seconds after which an owner that shows no sign of life may be taken for gone. */
export const leaseSeconds = 60;
