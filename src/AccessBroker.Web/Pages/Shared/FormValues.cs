using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace AccessBroker.Web.Pages.Shared;

/// <summary>Values of a posted form; what is not a number is 0, which every use case refuses or finds changed.</summary>
internal static class FormValues
{
    public static int Number(this IFormCollection form, string name) =>
        int.TryParse(form[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    /// <summary>Trimmed text, or null for none.</summary>
    public static string? Text(this IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    public static IReadOnlyList<string> All(this IFormCollection form, string name) => [.. form[name].OfType<string>()];
}
