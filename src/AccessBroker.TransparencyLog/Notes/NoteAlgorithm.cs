namespace AccessBroker.TransparencyLog;

/// <summary>Signature types of C2SP signed-note that this library verifies. The value is the type's byte in a verifier key.</summary>
public enum NoteAlgorithm : byte
{
    /// <summary>Ed25519 over the note's text. Signature: 64 bytes.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA on P-256 over SHA-256 of the note's text. Signature: DER. The key is an SPKI in DER.</summary>
    EcdsaP256 = 0x02,

    /// <summary>A witness' Ed25519 cosignature/v1 (C2SP tlog-cosignature). Signature: POSIX seconds (u64, big-endian) ‖ 64 bytes.</summary>
    CosignatureV1 = 0x04,
}
