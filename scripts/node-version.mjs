// The first import of every script that npm runs: on a Node that is too old it says so and ends, before anything is
// loaded that such a Node cannot run. It must itself run on any Node that knows modules, so it uses nothing newer; and
// because all static imports are linked before the first of them runs, those scripts load the rest by import().
const needed = [20, 19]
const here = process.versions.node.split('.').map(Number)

if (here[0] < needed[0] || (here[0] === needed[0] && here[1] < needed[1])) {
  process.stderr.write(
    `Understudy needs Node ${needed.join('.')} or newer; this is ${process.versions.node}. Install one from nodejs.org.\n`,
  )
  process.exit(1)
}
