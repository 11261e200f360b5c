#if DEBUG
namespace TodoServer.DevAuthorizationServer;

internal sealed partial class Page
{
    private const string Style = """
        :root {
          color-scheme: light dark;
          --back: light-dark(#f3f4f6, #0d1117);
          --card: light-dark(#fff, #161b22);
          --inset: light-dark(#f6f8fa, #0d1117);
          --text: light-dark(#1f2328, #e6edf3);
          --soft: light-dark(#57606a, #9da7b3);
          --line: light-dark(#d0d7de, #3d444d);
          --accent: light-dark(#0b57d0, #79b8ff);
          --on: light-dark(#fff, #0d1117);
          --good: light-dark(#1a7f37, #56d364);
          --bad: light-dark(#c62828, #ff938a);
        }

        * { box-sizing: border-box }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }

        body {
          margin: 0; min-height: 100vh; padding: 1rem; display: grid; place-items: center;
          background: var(--back); color: var(--text); overflow-wrap: anywhere;
          font: 1rem/1.5 Inter, system-ui, sans-serif;
        }

        main { width: 100%; max-width: 28rem; padding: 1.5rem; background: var(--card) }
        main, fieldset { border: 1px solid var(--line); border-radius: .75rem }
        main:has(section) { max-width: 46rem }
        h1 { margin: 1rem 0; font-size: 1.4rem; line-height: 1.3 }
        h2 { margin: 1.25rem 0 .5rem; font-size: 1.1rem }
        p { margin: .5rem 0 }
        dt, legend, .soft { color: var(--soft) }
        dd { margin: 0 0 .75rem }
        .note {
          display: inline-block; margin: 0; padding: .15rem .75rem; border-radius: 1rem;
          font-size: .875rem; background: light-dark(#fff4cf, #3a2f0b);
        }

        fieldset { margin: 1rem 0; padding: .25rem 1rem .5rem }
        .choice, .buttons { display: flex; gap: .75rem; padding: .3rem 0 }
        [type=checkbox] { width: 1.1rem; height: 1.1rem; margin: 0; accent-color: var(--accent) }
        .choice { align-items: center }
        .about { margin: -.25rem 0 .4rem 1.85rem }
        dl { margin: 0 0 1rem; padding: .75rem 1rem; border-radius: .5rem; background: var(--inset) }
        dd:last-child { margin: 0 }
        label:not(.choice) { display: block; margin: .5rem 0 }
        [type=text], [type=number], select, textarea, button, .button {
          width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: none;
          border: 1px solid var(--soft); border-radius: .5rem;
        }
        select { background: var(--card) }
        textarea { display: block; font: .875rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace }
        button, .button { cursor: pointer; font-weight: 600; text-align: center; text-decoration: none }
        .person { margin: .2rem 0 }
        [value=allow], .button { background: var(--accent); border-color: var(--accent); color: var(--on) }

        section { margin-top: 1.5rem; border-top: 1px solid var(--line) }
        ul { margin: 0; padding: 0; list-style: none }
        li { padding: .4rem 0 }
        code, pre { font: .875rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace }
        li code { font-weight: 600; margin-right: .25rem }
        .badge { display: inline-block; padding: .05rem .5rem; border-radius: 1rem; font-size: .8125rem }
        h3 { margin: 1rem 0 .25rem; font-size: 1rem }
        p.passed, h3.passed { color: var(--good) }
        p.failed, h3.failed { color: var(--bad) }
        summary { margin: .5rem 0; cursor: pointer }
        figure { display: grid; grid-template-columns: 1fr auto; align-items: end; gap: .25rem; margin: .75rem 0 }
        figcaption { font-weight: 600; font-size: .9375rem }
        figure button { grid-area: 1 / 2; width: auto; padding: .1rem .75rem; font-size: .8125rem }
        pre { grid-column: 1 / 3; margin: 0; padding: .6rem .75rem; border-radius: .5rem; white-space: pre-wrap }
        .badge, pre { border: 1px solid var(--line); background: var(--inset) }
        .need { margin-right: .5rem; font-size: .8125rem; color: var(--soft) }
        .scope .badge { border-color: var(--accent); color: var(--accent) }
        .role .badge { border-color: var(--soft); border-radius: 0; color: var(--text) }
        .policy .badge { border: 1px dashed var(--soft); border-radius: 0; color: var(--text) }
        .open .badge { border-color: transparent; font-style: italic }
        .unknown, .unknown .badge { border-color: var(--bad); color: var(--bad); font-weight: 700 }
        ul#checks li { padding: .1rem 0 .1rem 1.75rem; text-indent: -1.75rem }
        ul#checks li::before {
          content: "\2026"; display: inline-block; width: 1.75rem; text-indent: .25rem; font-weight: 700;
        }
        ul#checks .passed::before { content: "\2713"; color: var(--good) }
        ul#checks .failed::before { content: "\2717"; color: var(--bad) }
        .passed output { color: var(--good) }
        .failed output { color: var(--bad) }
        """;
}
#endif
