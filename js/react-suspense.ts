"use client";
export { useReady } from "./react/suspense.js";
