using AccessBroker.Evidence;

namespace AccessBroker.Audit;

/// <summary>An entry with its commitment and sealed body, waiting for its place.</summary>
internal sealed record PreparedEntry(EntryClass Class, string Tenant, Hash32 Trail, Guid Id, Guid Ref, Hash32 Commit, byte[] SealedBody)
{
    public static PreparedEntry From(EntryDraft draft, ILogKeys keys, IDataKeys dataKeys)
    {
        if (draft.Body.Length > BodyLimit)
            throw new ArgumentException($"A body has at most {BodyLimit} bytes; this one has {draft.Body.Length}.", nameof(draft));
        Span<byte> salt = stackalloc byte[Commitment.SaltSize];
        Span<byte> nonce = stackalloc byte[Aead.NonceSize];
        Randomness.Fill(salt);
        Randomness.Fill(nonce);
        // Classes 4–7 stand under the deployment's key: proofs need them whatever is erased.
        var owner = draft.Class >= EntryClass.Heads ? DataKeyOwners.Deployment : DataKeyOwners.Tenant(draft.Tenant);
        return new PreparedEntry(
            draft.Class, draft.Tenant, keys.TrailOf(draft.Tenant), draft.Id, draft.Ref,
            Commitment.Compute(salt, draft.Body), SealedBodies.Seal(dataKeys.For(owner), draft.Id, salt, nonce, draft.Body));
    }

    private const int BodyLimit = 64 * 1024;
}
