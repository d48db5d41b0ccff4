using System.Text.Json.Serialization;

namespace AccessBroker.Contracts;

/// <summary>Source-generated JSON of every contract: the server and the NativeAOT programs write the same bytes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(ApproveRequest))]
[JsonSerializable(typeof(ConsentView))]
[JsonSerializable(typeof(DenyRequest))]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(Page<RequestView>))]
[JsonSerializable(typeof(GrantView))]
[JsonSerializable(typeof(Page<GrantView>))]
[JsonSerializable(typeof(GrantEnded))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(Page<SessionView>))]
[JsonSerializable(typeof(SessionToken))]
[JsonSerializable(typeof(BrowserEntry))]
[JsonSerializable(typeof(AuditEntryView))]
[JsonSerializable(typeof(Page<AuditEventView>))]
[JsonSerializable(typeof(ProposeErasure))]
[JsonSerializable(typeof(ErasureView))]
[JsonSerializable(typeof(Page<ErasureView>))]
[JsonSerializable(typeof(CreateExport))]
[JsonSerializable(typeof(ExportView))]
[JsonSerializable(typeof(Page<ExportView>))]
[JsonSerializable(typeof(ScheduleView))]
[JsonSerializable(typeof(Page<ScheduleView>))]
[JsonSerializable(typeof(LogInfo))]
[JsonSerializable(typeof(Me))]
[JsonSerializable(typeof(CatalogueView))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ServerInfo))]
public sealed partial class ContractsJson : JsonSerializerContext;
