"use client";
// For apps that call `init()` of ferrio/slim.
export * from "./react/index.js";
