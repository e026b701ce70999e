import { defineConfig, globalIgnores } from "eslint/config";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

import { rooms } from "./scripts/lint/rooms.mjs";

export default defineConfig(
  globalIgnores(["pkg/", "target/", "**/dist/", "**/node_modules/", "benches/results/", "fuzz/", "tests/packaging/app/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.mjs", "**/*.js"],
    extends: [tseslint.configs.base],
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-unused-vars": "off", "@typescript-eslint/no-unused-vars": "error" },
  },
  {
    files: ["js/**/*.{ts,tsx}", "tests/**/*.ts", "demo/**/*.{ts,tsx}", "benches/**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: "error",
      // A payload is the app's own value: the wrapper passes it on and cannot know its type.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-explicit-any": "off",
      // `{}` is how the peer's types spell an event map without constraint.
      "@typescript-eslint/no-empty-object-type": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  // With what the React Compiler would not compile.
  { files: ["js/react/**/*.ts"], extends: [reactHooks.configs.flat.recommended] },
  {
    // A page's code is passed to it as text.
    files: ["tests/**/*.ts"],
    rules: { "@typescript-eslint/no-implied-eval": "off" },
  },
  {
    files: ["js/**/*.{ts,tsx}"],
    ignores: ["js/**/*.test.ts", "js/**/*.test-d.ts"],
    plugins: { ferrio: { rules: { rooms } } },
    rules: { "ferrio/rooms": "error" },
  },
);
