namespace AccessBroker.Cli;

/// <summary>What the program touches outside itself. Tests give their own.</summary>
/// <param name="Out">Data, as text.</param>
/// <param name="OutBytes">Data, as bytes: what <c>accessbroker curl</c> passes on.</param>
/// <param name="Error">Talk: progress, hints, errors.</param>
/// <param name="InIsTerminal">A person can be asked.</param>
/// <param name="OutIsTerminal">A person reads <paramref name="Out"/>: tables instead of JSON.</param>
/// <param name="ErrorIsTerminal">A person reads <paramref name="Error"/>: sentences instead of JSON.</param>
/// <param name="Environment">An environment variable's value, or null.</param>
internal sealed record CliHost(
    TextWriter Out, Stream OutBytes, TextWriter Error, Stream In, bool InIsTerminal, bool OutIsTerminal, bool ErrorIsTerminal,
    Func<string, string?> Environment, TimeProvider Time)
{
    public static CliHost OfProcess() => new(
        Console.Out, Console.OpenStandardOutput(), Console.Error, Console.OpenStandardInput(),
        !Console.IsInputRedirected, !Console.IsOutputRedirected, !Console.IsErrorRedirected, System.Environment.GetEnvironmentVariable, TimeProvider.System);

    /// <summary>Asks a person at a terminal, for whom silence is no. A script has said yes by calling.</summary>
    public bool Confirms(string question)
    {
        if (!InIsTerminal)
            return true;
        Error.Write($"{question} [y/N] ");
        return new StreamReader(In).ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Says something to the person, never to a program.</summary>
    public void Talk(string sentence) => Error.WriteLine(sentence);
}
