// npm runs the script named `prepare` by itself too, when it installs and when it packs: then the project is built, without
// network or data. Asked for by name (`npm run prepare -- --out ./data`), it is the user's command.
if (['run', 'run-script', undefined].includes(process.env.npm_command)) {
  process.argv.splice(2, 0, 'prepare');
  await import('./npm-run.mjs');
} else {
  await import('./build.mjs');
}
