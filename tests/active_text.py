"""Text that acts where a page shows it as it is: each would set window.hacked, ask example.org, or cover the page."""

ACTIVE = {
    "script": "<script>window.hacked = 1</script>",
    "handler": '<img src=x onerror="window.hacked = 1">',
    "handler without quotes": "<b onmouseover=window.hacked=1>move here</b>",
    "svg": '<svg onload="window.hacked = 1"><script>window.hacked = 1</script></svg>',
    "javascript link": "[a source](javascript:window.hacked=1)",
    "javascript link with a tab": '<a href="java\tscript:window.hacked=1">a source</a>',
    "data link": '<a href="data:text/html,<script>window.hacked=1</script>">a source</a>',
    "frame": '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
    "form": '<form action="https://example.org"><input name="password"></form>',
    "meta": '<meta http-equiv="refresh" content="0;url=https://example.org">',
    "style": "<style>.score { background: url(https://example.org/x) }</style>",
    "style attribute": '<div style="position:fixed;inset:0;background:url(https://example.org/x)">over all</div>',
    "class of the page": '<div class="modal in">over all</div>',
    "id of the page": '<input id="why-squares-score"><div id="why-squares-comment">0</div>',
    "foreign picture": "![seen](https://example.org/seen.png)",
    "base": '<base href="https://example.org/">',
    "MathJax link": r"$\href{javascript:window.hacked=1}{x}$",
    "MathJax style": r"$\style{position:fixed;top:0}{\text{over all}}$ $\cssId{why-squares-comment}{x}$",
    "MathML": '<math><mi xlink:href="javascript:window.hacked=1">x</mi></math>',
    "comment trick": "<!--><img src=x onerror=window.hacked=1>-->",
    "nested": '<scr<script>ipt>window.hacked=1</scr</script>ipt><a href="&#106;avascript:window.hacked=1">x</a>',
    "template": "<template><script>window.hacked=1</script></template><noscript><p title=\"</noscript><img src=x "
                "onerror=window.hacked=1>\"></noscript>",
}
