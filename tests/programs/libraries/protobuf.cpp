// packages: libprotobuf-dev
// needs: libprotobuf.a
// build: c++ -std=c++17 -O1 $source -o native -l:libprotobuf.a -l:libz.a -lpthread
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <iostream>

int main() {
    namespace pb = google::protobuf;
    pb::Struct value;
    (*value.mutable_fields())["ship"].set_string_value("Pequod");
    (*value.mutable_fields())["masts"].set_number_value(3);
    std::string json, bytes;
    pb::util::MessageToJsonString(value, &json);
    value.SerializeToString(&bytes);
    pb::Struct back;
    std::cout << back.ParseFromString(bytes) << ' ' << bytes.size() << ' ' << (json.find("Pequod") != json.npos) << '\n';
    pb::FileDescriptorProto file;
    file.set_name("whale.proto");
    file.set_syntax("proto3");
    auto *message = file.add_message_type();
    message->set_name("Whale");
    auto *field = message->add_field();
    field->set_name("tons");
    field->set_number(1);
    field->set_type(pb::FieldDescriptorProto::TYPE_INT32);
    field->set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
    pb::DescriptorPool pool;
    const auto *descriptor = pool.BuildFile(file)->FindMessageTypeByName("Whale");
    pb::DynamicMessageFactory factory;
    std::unique_ptr<pb::Message> whale(factory.GetPrototype(descriptor)->New());
    whale->GetReflection()->SetInt32(whale.get(), descriptor->field(0), 40);
    std::cout << whale->ShortDebugString() << ' ' << pb::DescriptorPool::generated_pool()->FindMessageTypeByName("google.protobuf.Struct")->full_name() << '\n';
    pb::ShutdownProtobufLibrary();
    return 7;
}
