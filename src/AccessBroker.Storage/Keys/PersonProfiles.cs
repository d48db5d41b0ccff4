using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AccessBroker.Access;
using AccessBroker.Audit;

namespace AccessBroker.Storage;

/// <param name="Organisation">Vendor's or customer's name as people know it.</param>
public sealed record PersonProfile(string Name, string Organisation, string? Email);

/// <summary>Names of people, sealed under each person's own data key, so that one person can be forgotten.</summary>
public interface IPersonProfiles
{
    byte[] Seal(Guid personId, PersonProfile profile);

    /// <returns>Null where the person was erased, or the row was changed by somebody without the key.</returns>
    PersonProfile? Open(Person person);
}

internal sealed partial class PersonProfiles(IDataKeys keys) : IPersonProfiles
{
    public byte[] Seal(Guid personId, PersonProfile profile)
    {
        var key = keys.For(DataKeyOwners.Person(personId));
        var json = JsonSerializer.SerializeToUtf8Bytes(profile, ProfileJson.Default.PersonProfile);
        return [.. BitConverter.GetBytes(key.Id), .. key.Seal(personId.ToByteArray(), json)];
    }

    public PersonProfile? Open(Person person)
    {
        if (person.Profile is not { Length: > sizeof(int) } || keys.Find(BitConverter.ToInt32(person.Profile)) is not { } key)
            return null;
        try
        {
            var json = key.Open(person.Id.ToByteArray(), person.Profile.AsSpan(sizeof(int)));
            return JsonSerializer.Deserialize(json, ProfileJson.Default.PersonProfile);
        }
        catch (CryptographicException)
        {
            return null; // another person's, or altered in the database: a name is then unknown, and never somebody else's
        }
    }

    [JsonSerializable(typeof(PersonProfile))]
    private sealed partial class ProfileJson : JsonSerializerContext;
}
