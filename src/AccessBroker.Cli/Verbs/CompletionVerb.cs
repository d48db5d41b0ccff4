using System.CommandLine;

namespace AccessBroker.Cli;

/// <summary>
/// <c>completion bash|zsh|fish|pwsh</c>: a script for the shell, which asks this program (<c>[suggest:N]</c>) what may come next.
/// </summary>
internal static class CompletionVerb
{
    private const string Bash = """
        _accessbroker() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(accessbroker "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -F _accessbroker accessbroker
        """;

    private const string Zsh = """
        #compdef accessbroker
        _accessbroker() {
            local -a completions
            completions=("${(@f)$(accessbroker "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a completions
        }
        compdef _accessbroker accessbroker
        """;

    private const string Fish = """
        complete -f -c accessbroker -a "(accessbroker '[suggest:'(commandline -C)']' (commandline -cp) 2>/dev/null)"
        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName accessbroker -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            accessbroker "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Build(CliContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var completion = new Command("completion", "A completion script for your shell: source <(accessbroker completion bash)") { shell };
        completion.SetAction(parsed => context.Host.Out.WriteLine(parsed.GetValue(shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            "pwsh" => Pwsh,
            _ => Bash,
        }));
        return completion;
    }
}
