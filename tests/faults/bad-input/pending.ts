/**
 * Cases that do not hold yet, by group, name and transport. They are expected to fail, and the suite fails when one
 * holds: then its line goes.
 */
export const PENDING: readonly { group: string; name: string; over?: string; why: string }[] = [];
