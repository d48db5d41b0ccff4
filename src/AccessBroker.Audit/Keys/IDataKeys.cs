namespace AccessBroker.Audit;

/// <summary>Data keys by owner. Destroying one erases everything that was sealed under it.</summary>
public interface IDataKeys
{
    /// <summary>The owner's key, made if it does not exist.</summary>
    DataKey For(string owner);

    /// <returns>Null where it was destroyed or never existed.</returns>
    DataKey? Find(int id);
}

/// <summary>Names of owners.</summary>
public static class DataKeyOwners
{
    /// <summary>Classes 4–7 stand under this key: they are never erased and never withheld.</summary>
    public const string Deployment = "deployment";

    public static string Tenant(string tenant) => $"tenant:{tenant}";

    public static string Person(Guid person) => $"person:{person:D}";
}
