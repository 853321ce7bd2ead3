//! What is wrong with a profile or a card, and what to do next.

use pakn_api::model::{
    card::CardError, date::DateError, identity::IdentityError, person::NameError, profile::ProfileProblem, words::WordsError,
};

pub(super) fn profile_problem(problem: ProfileProblem) -> &'static str {
    match problem {
        ProfileProblem::FullName(NameError::Words(WordsError::Empty)) => "Nhập họ và tên.",
        ProfileProblem::FullName(NameError::Words(WordsError::TooLong)) => "Họ và tên dài quá 100 ký tự. Rút ngắn lại nhé.",
        ProfileProblem::FullName(NameError::Words(WordsError::ControlCharacter)) => {
            "Họ và tên có ký tự lạ. Xóa đi và gõ lại nhé."
        }
        ProfileProblem::FullName(NameError::NotLetters) => "Họ và tên chỉ gồm chữ. Xóa số và ký hiệu nhé.",
        ProfileProblem::IdentityNumber(IdentityError::Missing) => "Nhập số căn cước hoặc chứng minh nhân dân.",
        ProfileProblem::IdentityNumber(IdentityError::Length) => {
            "Số giấy tờ cần 12 số (căn cước) hoặc 9 số (chứng minh nhân dân)."
        }
        ProfileProblem::IdentityNumber(IdentityError::NotDigits) => "Số giấy tờ chỉ gồm chữ số. Gõ lại giúp nhé.",
        ProfileProblem::NumberAgainstGender => "Số căn cước không khớp với giới tính. Xem lại hai mục này nhé.",
        ProfileProblem::NumberAgainstBirth => "Số căn cước không khớp với năm sinh. Xem lại hai mục này nhé.",
        ProfileProblem::IssuedOn(DateError::Missing) => "Nhập ngày cấp giấy tờ.",
        ProfileProblem::IssuedOn(DateError::NotADate) => "Ngày cấp chưa đọc được. Nhập ngày, tháng, năm, ví dụ 25/12/2021.",
        ProfileProblem::IssuedOn(DateError::NoSuchDay) => "Ngày cấp không có trong lịch. Xem lại giúp nhé.",
        ProfileProblem::IssuedBeforeBirth => "Ngày cấp đang trước ngày sinh. Xem lại giúp nhé.",
        ProfileProblem::IssuedInFuture => "Ngày cấp đang ở tương lai. Xem lại giúp nhé.",
        ProfileProblem::IssuedBy(WordsError::Empty) => "Nhập nơi cấp giấy tờ.",
        ProfileProblem::IssuedBy(WordsError::TooLong) => "Nơi cấp dài quá. Rút ngắn lại nhé.",
        ProfileProblem::IssuedBy(WordsError::ControlCharacter) => "Nơi cấp có ký tự lạ. Xóa đi và gõ lại nhé.",
        ProfileProblem::GenderMissing => "Chọn giới tính.",
        ProfileProblem::BornOn(DateError::Missing) => "Nhập ngày sinh.",
        ProfileProblem::BornOn(DateError::NotADate) => "Ngày sinh chưa đọc được. Nhập ngày, tháng, năm, ví dụ 05/09/1960.",
        ProfileProblem::BornOn(DateError::NoSuchDay) => "Ngày sinh không có trong lịch. Xem lại giúp nhé.",
        ProfileProblem::BornInFuture => "Ngày sinh đang ở tương lai. Xem lại giúp nhé.",
        ProfileProblem::ProvinceMissing => "Chọn tỉnh, thành phố.",
        ProfileProblem::WardMissing => "Chọn xã, phường.",
        ProfileProblem::WardUnknown => "Xã, phường này không thuộc tỉnh đã chọn. Chọn lại giúp nhé.",
        ProfileProblem::Street(WordsError::Empty) => "Nhập số nhà, đường, thôn hoặc tổ dân phố.",
        ProfileProblem::Street(WordsError::TooLong) => "Địa chỉ dài quá. Rút ngắn lại nhé.",
        ProfileProblem::Street(WordsError::ControlCharacter) => "Địa chỉ có ký tự lạ. Xóa đi và gõ lại nhé.",
        ProfileProblem::Email => "Địa chỉ email chưa đúng. Sửa lại, hoặc để trống cũng được.",
        ProfileProblem::GuardianName(NameError::Words(WordsError::Empty)) => "Nhập họ và tên người giám hộ.",
        ProfileProblem::GuardianName(NameError::Words(WordsError::TooLong)) => {
            "Tên người giám hộ dài quá 100 ký tự. Rút ngắn lại nhé."
        }
        ProfileProblem::GuardianName(NameError::Words(WordsError::ControlCharacter)) => {
            "Tên người giám hộ có ký tự lạ. Xóa đi và gõ lại nhé."
        }
        ProfileProblem::GuardianName(NameError::NotLetters) => "Tên người giám hộ chỉ gồm chữ. Xóa số và ký hiệu nhé.",
        ProfileProblem::GuardianMissing => "Cần cha, mẹ hoặc người giám hộ đồng ý.",
    }
}

pub(super) fn card_error(error: CardError) -> &'static str {
    match error {
        CardError::NotAPicture => "Tệp này không mở được như một bức ảnh. Chọn ảnh khác nhé.",
        CardError::NoCode => "Chưa thấy mã QR trong ảnh. Chụp gần và rõ góc có mã QR trên thẻ rồi thử lại nhé.",
        CardError::NoCamera => {
            "Ứng dụng chưa dùng được máy ảnh. Bạn chọn ảnh căn cước có sẵn, hoặc cho phép máy ảnh trong Cài đặt của máy nhé."
        }
        CardError::NotACard => "Mã QR này không phải của thẻ căn cước. Chọn ảnh mặt có mã QR của thẻ nhé.",
    }
}
