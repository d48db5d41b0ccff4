using AccessBroker.Contracts;
using AccessBroker.Web.Pages.Shared;

namespace AccessBroker.Web.Pages.Customers;

/// <summary>"Ended in 0.4 s. Two open connections were closed."</summary>
internal static class EndingWords
{
    private static readonly string[] Numbers = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

    public static string Of(GrantEnded ended) => $"Ended in {Times.Seconds(ended.CutInMs)}. {Connections(ended.ConnectionsCut)}";

    private static string Connections(int cut) => cut switch
    {
        0 => "No connection was open.",
        1 => "One open connection was closed.",
        _ => $"{(cut < Numbers.Length ? Numbers[cut] : cut.ToString(System.Globalization.CultureInfo.InvariantCulture))} open connections were closed.",
    };
}
