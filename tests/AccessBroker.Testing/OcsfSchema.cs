using System.Text.Json;

namespace AccessBroker.Testing;

/// <summary>
/// What OCSF 1.7.0 demands of an event, from the schema's own files (ocsf-1.7.0.json says which): required attributes, at least one of a
/// group, known names, known activities.
/// </summary>
public static class OcsfSchema
{
    private static readonly JsonElement Schema = Load();

    /// <returns>What is wrong with the event; empty where it is valid.</returns>
    public static IReadOnlyList<string> Faults(JsonElement ocsf)
    {
        var uid = ocsf.GetProperty("class_uid").GetInt32();
        if (!Schema.GetProperty("classes").TryGetProperty(uid.ToString(System.Globalization.CultureInfo.InvariantCulture), out var type))
            return [$"class_uid {uid} is none that this schema has"];
        var faults = new List<string>(Members(ocsf, type, $"class {uid}"));
        var activity = ocsf.GetProperty("activity_id").GetInt32();
        if (!type.GetProperty("activities").EnumerateArray().Any(a => a.GetInt32() == activity))
            faults.Add($"class {uid} has no activity {activity}");
        if (ocsf.GetProperty("type_uid").GetInt64() != (uid * 100L) + activity)
            faults.Add("type_uid is not class_uid × 100 + activity_id");
        if (ocsf.GetProperty("category_uid").GetInt32() != uid / 1000)
            faults.Add("category_uid is not the class's");
        return faults;
    }

    private static IEnumerable<string> Members(JsonElement value, JsonElement type, string where)
    {
        var names = value.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in Strings(type, "required").Where(n => !names.Contains(n)))
            yield return $"{where}: {name} is required and missing";
        var oneOf = Strings(type, "atLeastOne");
        if (oneOf.Count > 0 && !oneOf.Any(names.Contains))
            yield return $"{where}: needs at least one of {string.Join(", ", oneOf)}";
        foreach (var name in names.Except(Strings(type, "known")))
            yield return $"{where}: {name} is no attribute of it";
        foreach (var property in value.EnumerateObject().Where(p => p.Name != "unmapped" && p.Value.ValueKind == JsonValueKind.Object))
        {
            if (!Schema.GetProperty("objects").TryGetProperty(property.Name, out var nested))
                yield return $"{where}: {property.Name} is an object that this schema does not have";
            else
                foreach (var fault in Members(property.Value, nested, $"{where}.{property.Name}"))
                    yield return fault;
        }
    }

    private static List<string> Strings(JsonElement type, string name) => [.. type.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    private static JsonElement Load()
    {
        using var stream = typeof(OcsfSchema).Assembly.GetManifestResourceStream("ocsf")!;
        return JsonDocument.Parse(stream).RootElement;
    }
}
